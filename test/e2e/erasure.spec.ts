import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { BILL_TO, Service, temporaryFolder } from '../support/service';
import { filesChangedSince, spellingsOf, tracesIn, tracesUnder } from '../support/traces';

const NAME = 'Zoë-Ruth "Wolkenstein" Ørsted-O’Brien';
const EARLIER_NAME = 'Zoë-Ruth Abendrothér';
const EMAIL = 'zoe.wolkenstein@quittengarten.example';
const EARLIER_EMAIL = 'abendrother.z@himbeerhof.example';
/** Parts of them that nothing else is called: where none stands, the whole does not either. */
const TEXTS = ['Wolkenstein', 'Ørsted-O’Brien', 'Abendrothér', 'zoe.wolkenstein', 'quittengarten', 'himbeerhof'];

describe('the search for traces', () => {
  it('finds every spelling, wherever it is', () => {
    for (const text of [...TEXTS, NAME, EARLIER_NAME, EMAIL, EARLIER_EMAIL]) {
      for (const { encoding, bytes } of spellingsOf(text)) {
        const content = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('behind')]);
        expect(tracesIn(content, [text])).toContainEqual(`${text} as ${encoding}`);
        expect(tracesIn(gzipSync(content), [text])).toContainEqual(`${text} as ${encoding} in gzip`);
      }
      for (const before of ['', 'a', 'ab', 'abc']) {
        const found = tracesIn(Buffer.from(Buffer.from(`${before}${text}.`).toString('base64')), [text]);
        expect(found).toContainEqual(`${text} as base64`);
      }
    }
    expect(tracesIn(Buffer.from('Another text, else@nowhere.example'), TEXTS)).toEqual([]);
  });
});

describe('a member is erased', () => {
  const folder = temporaryFolder();
  const dataDir = path.join(folder.path, 'data');
  // Temporary files of the browser count, too.
  const temporary = path.join(folder.path, 'tmp');
  const env = { TMPDIR: temporary, LOG_LEVEL: 'trace' };
  let service: Service;
  let output = '';

  beforeAll(async () => {
    mkdirSync(temporary);
    service = await Service.start(dataDir, env);
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  const product = (method: string, route: string, body?: unknown, key?: string) =>
    service.call('product', method, `/v1/workspaces/acme${route}`, {
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { key }),
    });
  const deliver = async (month: string): Promise<string> => {
    expect(await service.close(month)).toMatchObject({ closed: 1, failed: [] });
    const { body } = await product('GET', `/months/${month}`);
    const number = String(body['invoiceNumber']);
    const isDelivered = (answer: { body: Record<string, unknown> }) => answer.body['status'] === 'delivered';
    await service.until('accounting', `/v1/invoices/${number}`, isDelivered);
    return number;
  };
  /** Everything that is counted, billed and proved, without names. */
  const figures = async (): Promise<unknown[]> => {
    const { body: workspace } = await product('GET', '');
    const months = await Promise.all(
      ['2026-01', '2026-02'].map(async (month) => (await product('GET', `/months/${month}`)).body),
    );
    const { body: units } = await product('GET', '/months/2026-01/units');
    const { body: invoices } = await service.call('accounting', 'GET', '/v1/workspaces/acme/invoices');
    const { members, teams } = workspace;
    // An open month's preview names the revision that it was made from.
    const closed = months.map(({ workspaceRevision: _, revision: _too, ...month }) => month);
    const billed = (units['items'] as { unitId: string; quantity: string; teams: string[] }[]).map(
      ({ unitId, quantity, teams: placed }) => ({ unitId, quantity, placed }),
    );
    return [members, teams, closed, billed, (invoices['items'] as unknown[])[0]];
  };
  const traces = (since: number): string[] => [
    ...tracesUnder(folder.path, since, TEXTS),
    ...tracesIn(Buffer.from(output + service.output()), TEXTS).map((trace) => `log: ${trace}`),
  ];

  it('and nothing of them can be found any more, while all that was counted stays', async () => {
    const since = Date.now() - 1_000;
    await service.call('product', 'POST', '/v1/workspaces', {
      body: { workspaceId: 'acme', name: 'Acme', startedAt: '2026-01-01T08:00:00Z' },
    });
    const at = { occurredAt: '2026-01-05T08:00:00Z' };
    await product('POST', '/teams', { teamId: 'red', name: 'Red', ...at });
    const contract = await service.call('accounting', 'PUT', '/v1/workspaces/acme/contract', {
      body: {
        variant: 'user',
        unitPriceMinor: 700,
        currency: 'EUR',
        firstMonth: '2026-01',
        billTo: BILL_TO,
        delivery: ['download', 'email'],
        invoiceMailbox: 'rechnung@acme.example',
      },
    });
    expect(contract.status).toBe(200);
    const zoe = { memberId: 'm1', name: EARLIER_NAME, email: EARLIER_EMAIL, teamIds: ['red'], ...at };
    const answers = [
      await product('POST', '/members', zoe, 'add-1'),
      await product('POST', '/members', zoe, 'add-1'),
      await product('POST', '/members', { ...zoe, name: NAME }, 'add-2'),
      await product('POST', '/members', { ...zoe, email: `${EMAIL} <x>` }),
      await product('POST', '/members/m1/update', { name: NAME, email: EMAIL, occurredAt: '2026-01-06T08:00:00Z' }),
      await service.call('product', 'POST', '/v1/workspaces/acme/members', { body: `{"name":"${NAME}` }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 409, 400, 200, 400]);
    const lines = Array.from({ length: 40 }, (_, index) => ({
      type: 'AddMember',
      workspaceId: 'acme',
      memberId: `n${index}`,
      name: `Other ${index}`,
      email: `other-${index}@acme.example`,
      teamIds: ['red'],
      ...at,
    }));
    const broken = `{"type":"AddMember","name":"${NAME}","email":"${EMAIL}"\n`;
    await service.call('product', 'POST', '/v1/commands', {
      body: `${lines.map((line) => JSON.stringify(line)).join('\n')}\n${broken}`,
      headers: { 'content-type': 'application/x-ndjson' },
    });

    const number = await deliver('2026-01');
    for (const route of ['/months/2026-01/licensees.csv', '/members', '/months/2026-01/units']) {
      const shown = await product('GET', route);
      expect(tracesIn(Buffer.from(shown.text), [EMAIL])).toContain(`${EMAIL} as UTF-8`);
    }
    const before = await figures();
    const pdf = await service.call<Buffer>('product', 'GET', `/v1/invoices/${number}/pdf`);

    const erased = await product('POST', '/members/m1/erase', {}, 'erase-1');
    expect(erased.body).toMatchObject({ changed: true });
    const shows = async () => {
      const { body } = await product('GET', `/members?atLeast=${erased.headers.get('seatledger-position')}`);
      const member = (body['items'] as { memberId: string }[]).find(({ memberId }) => memberId === 'm1');
      expect(member).toMatchObject({ name: null, email: null, erased: true, status: 'active' });
      const { text } = await product('GET', '/months/2026-01/licensees.csv');
      expect(tracesIn(Buffer.from(text), TEXTS)).toEqual([]);
      expect(text).toContain('m1');
    };
    await shows();
    expect(traces(since)).toEqual([]);
    expect(await figures()).toEqual(before);

    // What is closed from now on counts the same, and owes the past nothing.
    const second = await deliver('2026-02');
    const { body: february } = await product('GET', '/months/2026-02');
    expect(february).toMatchObject({ units: 41, netMinor: 41 * 700, invoiceNumber: second });
    expect(february['lines']).toHaveLength(1);
    const after = await figures();

    output += service.output();
    await service.stop('SIGKILL');
    expect(traces(since)).toEqual([]);
    for (const name of readdirSync(dataDir)) if (name.startsWith('read-models.db')) rmSync(path.join(dataDir, name));
    service = await Service.start(dataDir, env);
    await shows();
    expect(await figures()).toEqual(after);
    const again = await service.call<Buffer>('product', 'GET', `/v1/invoices/${number}/pdf`);
    expect(again.body.equals(pdf.body)).toBe(true);
    output += service.output();
    expect(await service.stop()).toBe(0);
    expect(traces(since)).toEqual([]);
    // That the search looked at what there is.
    const looked = filesChangedSince(folder.path, since).map((file) => path.relative(folder.path, file));
    expect(looked).toEqual(
      expect.arrayContaining([
        'data/events.db',
        'data/read-models.db',
        'data/personal-data-keys.db',
        'data/personal-data.key',
      ]),
    );
    expect(looked.filter((file) => file.startsWith('data/outbox/'))).toHaveLength(2);
    writeFileSync(path.join(dataDir, 'left'), gzipSync(`{"name":"${EMAIL}"}`));
    expect(traces(since)).toContain('data/left: quittengarten as UTF-8 in gzip');
    utimesSync(path.join(dataDir, 'left'), 0, 0);
    expect(traces(since)).toEqual([]);
  });
});
