import { createServer, type Server } from 'node:net';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { failedStart, Service, temporaryFolder } from '../support/service';

describe('starting and stopping', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it.each([
    ['PORT', 'http'],
    ['PORT', '99999'],
    ['EVENT_STORE_URL', 'http://127.0.0.1:2113'],
    ['EVENT_STORE_URL', 'esdb://'],
    ['CLOSING_CRON', 'every night'],
    ['CLOSING_GRACE_HOURS', '-1'],
    ['MONGODB_URL', 'postgres://127.0.0.1/x'],
    ['SMTP_URL', 'mail.example'],
    ['BILLING_API_KEYS', 'admin:x'],
    ['BILLING_API_KEYS', 'product:x,accounting:x'],
    ['SELLER_FILE', '/nowhere/seller.json'],
    ['PUPPETEER_EXECUTABLE_PATH', '/nowhere/chromium'],
    ['PERSONAL_DATA_KEY', 'short'],
    ['LOG_LEVEL', 'loud'],
    ['RATE_LIMIT_PER_MINUTE', '0'],
    ['DELIVER_FROM_MONTH', '2026-13'],
  ])('refuses %s=%s and names the variable', async (name, value) => {
    const { code, output } = await failedStart(folder.path, { [name]: value });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([
      'Seatledger cannot start:',
      expect.stringContaining(`  ${name} must be`),
    ]);
  });

  it('names the roles of a key that has two, never the key', async () => {
    const { code, output } = await failedStart(folder.path, {
      BILLING_API_KEYS: 'product:one,auditor:twice-used,product:one,scheduler:twice-used',
    });
    expect([code, output]).toEqual([
      1,
      'Seatledger cannot start:\n  BILLING_API_KEYS must be a key of its own for each role, but auditor and scheduler have the same\n',
    ]);
  });

  it('says that a port is taken', async () => {
    const server: Server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    const { code, output } = await failedStart(folder.path, { PORT: String(port) });
    await new Promise((resolve) => server.close(resolve));
    expect([code, output.trim()]).toEqual([
      1,
      `Seatledger cannot start: 127.0.0.1:${port} is in use by another process; set PORT to a free one.`,
    ]);
  });

  it('says what is wrong in the seller file', async () => {
    const file = path.join(folder.path, 'seller.json');
    writeFileSync(file, '{"numberPrefix":"re"}');
    const { code, output } = await failedStart(folder.path, { SELLER_FILE: file });
    expect(code).toBe(1);
    expect(output).toMatch(/^Seatledger cannot start: SELLER_FILE: .*seller\.json/);
  });

  it('notices another master key than the data was written with', async () => {
    const other = temporaryFolder();
    const first = await Service.start(other.path, { PERSONAL_DATA_KEY: '11'.repeat(32) });
    expect(await first.stop()).toBe(0);
    const { code, output } = await failedStart(other.path, { PERSONAL_DATA_KEY: '22'.repeat(32) });
    other.remove();
    expect([code, output.trim()]).toEqual([
      1,
      'Seatledger cannot start: PERSONAL_DATA_KEY: the master key is not the one that the personal data was encrypted with',
    ]);
  });

  it('makes API keys at the first start and shows them once', async () => {
    const other = temporaryFolder();
    const first = await Service.start(other.path, { BILLING_API_KEYS: '' });
    const shown = [...first.output().matchAll(/API key made for (\w+), shown only this once: (\S+)/g)];
    expect(shown.map(([, role]) => role)).toEqual(['product', 'accounting', 'scheduler', 'auditor']);
    const key = shown[0]?.[2] ?? '';
    const ready = await fetch(`${first.url}/v1/workspaces/x`, { headers: { authorization: `Bearer ${key}` } });
    expect(ready.status).toBe(404);
    await first.stop();
    const second = await Service.start(other.path, { BILLING_API_KEYS: '' });
    expect(second.output()).not.toContain('API key');
    const again = await fetch(`${second.url}/v1/workspaces/x`, { headers: { authorization: `Bearer ${key}` } });
    expect(again.status).toBe(404);
    await second.stop();
    other.remove();
  });
});
