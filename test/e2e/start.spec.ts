import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { failedStart, Service, temporaryFolder } from '../support/service';

describe('starting and stopping', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it.each([
    ['PORT', 'http'],
    ['PORT', '99999'],
    ['PORT', '1e3'],
    ['DATA_DIR', '/dev/null/x'],
    ['SELLER_FILE', tmpdir()],
    ['DATEV_ACCOUNTS_FILE', tmpdir()],
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
    ['SIGNING_KEY', 'short'],
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

  it.each([
    ['HOST', '203.0.113.7', 'cannot be listened on'],
    ['HOST', 'nowhere.invalid', 'cannot be listened on'],
    // The system's own, which nobody can write to, not even root.
    ['DATA_DIR', '/proc', '/proc is open to everybody on this machine'],
    ['DATA_DIR', '/proc/x/y', '/proc/x cannot be made'],
  ])('names %s when it is %s', async (name, value, said) => {
    const keys = { BILLING_API_KEYS: `product:${'a'.repeat(32)}` };
    const { code, output } = await failedStart(folder.path, { ...keys, [name]: value });
    expect([code, output.trim().split('\n')]).toEqual([1, [expect.stringContaining(said)]]);
    expect(output.startsWith(`Seatledger cannot start: ${name}: `)).toBe(true);
    for (const other of ['HOST', 'PORT', 'DATA_DIR'].filter((each) => each !== name))
      expect(output).not.toContain(other);
  });

  it('takes no short keys where others than this machine are served', async () => {
    const { code, output } = await failedStart(folder.path, { HOST: '0.0.0.0' });
    expect([code, output]).toEqual([
      1,
      expect.stringContaining('BILLING_API_KEYS must be keys of at least 32 characters'),
    ]);
  });

  it('names a variable that is probably misspelt, and starts', async () => {
    const other = temporaryFolder();
    const service = await Service.start(other.path, { SMPT_URL: 'smtp://127.0.0.1:1' });
    expect(service.output()).toContain(
      'SMPT_URL is not a variable of Seatledger, and is not read; perhaps SMTP_URL is meant',
    );
    await service.stop();
    other.remove();
  });

  it('names TEMPLATE_DIR when a template of it is broken', async () => {
    const templates = path.join(folder.path, 'templates');
    mkdirSync(templates);
    writeFileSync(path.join(templates, 'invoice.hbs'), '{{#if x}}');
    const { code, output } = await failedStart(folder.path, { TEMPLATE_DIR: templates });
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(
        /^Seatledger cannot start: TEMPLATE_DIR: Template invoice\.hbs, line 1, column 1: Parse error/,
      ),
    ]);
    expect(output).not.toContain(' at ');
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

  it('says in words what an exchange rate must be', async () => {
    const file = path.join(folder.path, 'rates.json');
    writeFileSync(file, JSON.stringify([{ month: '2026-04', currency: 'CHF', perEuro: '0,93', source: 'BMF' }]));
    const { code, output } = await failedStart(folder.path, { EXCHANGE_RATES_FILE: file });
    expect([code, output.trim()]).toEqual([
      1,
      expect.stringMatching(/EXCHANGE_RATES_FILE: \S+: \[0\]\.perEuro must be a text with a point/),
    ]);
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

  it('makes API keys at the first start, and says where they are without telling them', async () => {
    const other = temporaryFolder();
    const first = await Service.start(other.path, { BILLING_API_KEYS: '' });
    const file = path.join(other.path, 'first-keys.json');
    expect(first.output()).toContain(`API keys were made, one a role, in ${file}: take them and remove the file`);
    const keys = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    expect(Object.keys(keys)).toEqual(['product', 'accounting', 'scheduler', 'auditor']);
    for (const secret of Object.values(keys)) expect(first.output()).not.toContain(secret);
    // Whatever the umask of the account that starts it: no other reads what is made.
    for (const name of ['first-keys.json', 'events.db', 'read-models.db', 'personal-data-keys.db', 'signing-key.pem']) {
      expect([name, statSync(path.join(other.path, name)).mode & 0o077]).toEqual([name, 0]);
    }
    const key = keys['product'] ?? '';
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
