import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { monthOf } from '@seatledger/domain';
import { simpleParser } from 'mailparser';

import { BILL_TO, Service, temporaryFolder } from '../support/service';

interface Invoice {
  number: string;
  status: string;
  kind: string;
  month: string;
  netMinor: number;
  taxMinor: number;
  grossMinor: number;
  lines: { kind: string; month: string; quantity: string; netMinor: number; description: string }[];
  document: { sha256: string; bytes: number } | null;
  cancels?: string;
  cancelledBy?: string;
}
interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

describe('from a command to an invoice', () => {
  const folder = temporaryFolder();
  let service: Service;

  beforeAll(async () => {
    service = await Service.start(folder.path, { PUBLIC_URL: 'http://127.0.0.1' });
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  const product = (method: string, route: string, body?: unknown, key?: string) =>
    service.call('product', method, `/v1/workspaces${route}`, {
      ...(body === undefined ? {} : { body }),
      ...(key === undefined ? {} : { key }),
    });

  /** The worked examples of the billing rules, in March 2026 in Berlin. */
  async function workedExamples(workspaceId: string): Promise<void> {
    const at = (occurredAt: string) => ({ occurredAt });
    await product('POST', '', { workspaceId, name: 'Examples AG', startedAt: '2024-01-10T09:00:00Z' });
    for (const teamId of ['A', 'B', 'C', 'D']) {
      await product('POST', `/${workspaceId}/teams`, { teamId, name: `Team ${teamId}`, ...at('2026-01-10T09:00:00Z') });
    }
    for (const [memberId, teamIds] of [
      ['M', ['B']],
      ['N', ['A', 'B']],
    ] as const) {
      await product('POST', `/${workspaceId}/members`, {
        memberId,
        name: `Member ${memberId}`,
        email: `${memberId}@examples.example`,
        teamIds,
        ...at('2026-01-11T09:00:00Z'),
      });
    }
    await product('POST', `/${workspaceId}/members`, {
      memberId: 'O',
      name: 'Member O',
      email: 'o@examples.example',
      ...at('2026-03-05T09:00:00Z'),
    });
    await product('POST', `/${workspaceId}/teams/D/archive`, at('2026-03-10T10:00:00Z'));
    await product('POST', `/${workspaceId}/teams/D/restore`, at('2026-03-20T10:00:00Z'));
    await product('POST', `/${workspaceId}/teams/B/archive`, at('2026-03-31T23:59:59+02:00'));
    const last = await product('POST', `/${workspaceId}/teams/C/archive`, at('2026-04-01T00:00:00+02:00'));
    expect(last.body).toMatchObject({ workspaceId, changed: true });
  }

  const contract = (workspaceId: string, terms: object) =>
    service.call('accounting', 'PUT', `/v1/workspaces/${workspaceId}/contract`, {
      body: { unitPriceMinor: 4900, currency: 'EUR', firstMonth: '2026-03', billTo: BILL_TO, ...terms },
    });

  const invoicesOf = async (workspaceId: string): Promise<Invoice[]> => {
    const { body } = await service.call<Page<Invoice>>('accounting', 'GET', `/v1/workspaces/${workspaceId}/invoices`);
    return body.items;
  };

  it('bills team licenses and publishes the PDF', async () => {
    await workedExamples('teams');
    expect((await contract('teams', {})).status).toBe(200);
    const { body: preview } = await product('GET', '/teams/months/2026-03');
    expect(preview).toMatchObject({ status: 'open', units: 3, quantity: '3', netMinor: 14700, taxMinor: 2793 });

    expect(await service.close('2026-03', ['teams'])).toMatchObject({ total: 1, closed: 1, failed: [] });
    const { body: month } = await product('GET', '/teams/months/2026-03');
    expect(month).toMatchObject({ status: 'closed', unitsDigest: preview['unitsDigest'], grossMinor: 17493 });
    const { body: units } = await product('GET', '/teams/months/2026-03/units');
    expect((units['items'] as { unitId: string }[]).map(({ unitId }) => unitId)).toEqual(['A', 'C', 'D']);

    const number = String(month['invoiceNumber']);
    const { body: invoice } = await service.until<Invoice>(
      'product',
      `/v1/invoices/${number}`,
      ({ body }) => body.status === 'delivered',
    );
    const pdf = await service.call<Buffer>('product', 'GET', `/v1/invoices/${number}/pdf`);
    expect(pdf.headers.get('content-type')).toBe('application/pdf');
    expect(pdf.body.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.body).toHaveLength(invoice.document!.bytes);
  });

  it('bills user licenses and mails the PDF to the invoice mailbox', async () => {
    await workedExamples('users');
    const terms = { enterprise: true, unitPriceMinor: 700, invoiceMailbox: 'rechnung@acme.example' };
    expect((await contract('users', terms)).status).toBe(200);
    await service.close('2026-04', ['users']);

    const [march, april] = await invoicesOf('users');
    expect(march).toMatchObject({ month: '2026-03', netMinor: 1400, lines: [{ quantity: '2' }] });
    expect(april).toMatchObject({ month: '2026-04', netMinor: 700, lines: [{ quantity: '1' }] });
    await service.until<Invoice>(
      'accounting',
      `/v1/invoices/${april!.number}`,
      ({ body }) => body.status === 'delivered',
    );
    const outbox = path.join(folder.path, 'outbox');
    const name = readdirSync(outbox).find((file) => file.includes(april!.number));
    const mail = await simpleParser(readFileSync(path.join(outbox, name!)));
    expect(mail.to).toMatchObject({ value: [{ address: 'rechnung@acme.example' }] });
    expect(mail.attachments).toMatchObject([{ filename: `${april!.number}.pdf`, contentType: 'application/pdf' }]);
    // What was sent is the stored document, byte for byte; the product may not download it.
    const stored = await service.call<Buffer>('accounting', 'GET', `/v1/invoices/${april!.number}/pdf`);
    expect(Buffer.compare(mail.attachments[0]!.content, stored.body)).toBe(0);
    const hidden = await service.call('product', 'GET', `/v1/invoices/${april!.number}/pdf`);
    expect(hidden.status).toBe(404);
  });

  it('settles late facts with the next closing', async () => {
    await product('POST', '/teams/teams', { teamId: 'late', name: 'Late', occurredAt: '2026-03-30T10:00:00Z' });
    await product('POST', '/teams/teams/late/archive', { occurredAt: '2026-04-02T10:00:00Z' });
    await service.close('2026-04', ['teams']);
    const april = (await invoicesOf('teams')).find(({ month }) => month === '2026-04');
    expect(april?.lines.map(({ kind, month, quantity, netMinor }) => [kind, month, quantity, netMinor])).toEqual([
      ['license', '2026-04', '2', 9800],
      ['adjustment', '2026-03', '1', 4900],
    ]);
    expect(april?.lines[1]?.description).toBe('Nachberechnung 2026-03');
  });

  it('cancels an invoice by its own document and bills the month again', async () => {
    const [march] = await invoicesOf('teams');
    const cancelled = await service.call('accounting', 'POST', `/v1/invoices/${march!.number}/cancel`, {
      body: { reason: 'Falsche Anschrift', reissue: true },
    });
    expect(cancelled.status).toBe(202);
    const after = await service.until<Page<Invoice>>(
      'accounting',
      '/v1/workspaces/teams/invoices',
      ({ body }) => body.items.filter(({ status }) => status === 'delivered').length === 3,
    );
    const cancellation = after.body.items.find(({ kind }) => kind === 'cancellation');
    expect(cancellation).toMatchObject({ cancels: march!.number, grossMinor: -march!.grossMinor });
    const original = after.body.items.find(({ number }) => number === march!.number);
    expect(original).toMatchObject({ status: 'cancelled', cancelledBy: cancellation!.number });
    // Four units by today's facts; the late one was billed with April already.
    const reissued = after.body.items.find(
      ({ month, kind, number }) => month === '2026-03' && kind === 'invoice' && number !== march!.number,
    );
    expect(reissued?.lines.map(({ kind, quantity, netMinor }) => [kind, quantity, netMinor])).toEqual([
      ['license', '4', 19600],
      ['adjustment', '-1', -4900],
    ]);
  });

  it('numbers without a gap', async () => {
    const { body } = await service.call<Page<Invoice>>('auditor', 'GET', '/v1/invoices?sort=issueDate');
    const numbers = body.items.map(({ number }) => Number(number.split('-')[2]));
    expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
  });

  it('lists licensees as CSV with formulas defused', async () => {
    await product('POST', '/users/members', {
      memberId: 'evil',
      name: '=1+1',
      email: 'evil@examples.example',
      teamIds: ['A'],
    });
    const month = monthOf(Date.now(), 'Europe/Berlin');
    const csv = await service.call('product', 'GET', `/v1/workspaces/users/months/${month}/licensees.csv`);
    expect(csv.status).toBe(200);
    expect(csv.text.replace(/^\uFEFF/, '').split('\r\n')[0]).toBe('memberId,name,email,teams,quantity');
    expect(csv.text).toContain("'=1+1");
  });
});

describe('requests', () => {
  const folder = temporaryFolder();
  let service: Service;

  beforeAll(async () => {
    service = await Service.start(folder.path, { PUBLIC_URL: 'http://127.0.0.1' });
    await service.call('product', 'POST', '/v1/workspaces', { body: { workspaceId: 'w', name: 'W' } });
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  it.each([
    ['no key', undefined, 'GET', '/v1/workspaces/w', {}, 401, 'unauthenticated'],
    ['the wrong role', 'scheduler', 'GET', '/v1/workspaces/w', {}, 403, 'forbidden'],
    ['an unknown path', 'product', 'GET', '/v1/nothing', {}, 404, 'not-found'],
    ['an unknown workspace', 'product', 'GET', '/v1/workspaces/x', {}, 404, 'unknown-workspace'],
    ['an unknown team', 'product', 'POST', '/v1/workspaces/w/teams/t/archive', {}, 404, 'unknown-team'],
    ['an unknown invoice', 'accounting', 'GET', '/v1/invoices/RE-2026-000009', {}, 404, 'unknown-invoice'],
    ['a broken body', 'product', 'POST', '/v1/workspaces', { body: '{"a":' }, 400, 'invalid-request'],
    [
      'a wrong type',
      'product',
      'POST',
      '/v1/workspaces',
      { body: { workspaceId: 1, name: 'x' } },
      400,
      'invalid-request',
    ],
    [
      'an unknown property',
      'product',
      'POST',
      '/v1/workspaces',
      { body: { workspaceId: 'a', name: 'x', y: 1 } },
      400,
      'invalid-request',
    ],
    [
      'a proto property',
      'product',
      'POST',
      '/v1/workspaces',
      { body: '{"__proto__":{"a":1}}' },
      400,
      'invalid-request',
    ],
    [
      'another content type',
      'product',
      'POST',
      '/v1/workspaces',
      { body: 'a', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported-content-type',
    ],
    [
      'the future',
      'product',
      'POST',
      '/v1/workspaces/w/teams',
      { body: { teamId: 't', name: 'T', occurredAt: '2099-01-01T00:00:00Z' } },
      422,
      'occurred-in-future',
    ],
    [
      'no such day',
      'product',
      'POST',
      '/v1/workspaces/w/teams',
      { body: { teamId: 't', name: 'T', occurredAt: '2026-02-30T00:00:00Z' } },
      400,
      'invalid-request',
    ],
    [
      'a month that is not over',
      'scheduler',
      'POST',
      '/v1/closings',
      { body: { month: '2099-01' } },
      409,
      'month-not-over',
    ],
    ['no contract', 'product', 'GET', '/v1/workspaces/w/months', {}, 404, 'unknown-contract'],
  ] as const)('answers %s with a problem', async (_what, role, method, route, options, status, code) => {
    const answer = await service.call(role, method, route, options);
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body['type']).toBe(`urn:problem:${code}`);
  });

  it('names every fault of a body', async () => {
    const { body } = await service.call('product', 'POST', '/v1/workspaces/w/members', {
      body: { memberId: 'a b', email: 'nobody' },
    });
    const paths = (body['errors'] as { path: string }[]).map(({ path: where }) => where).sort();
    expect(paths).toEqual(['/email', '/memberId', '/name']);
  });

  it('gives the same answer under a key, at once, together and after a restart', async () => {
    const body = { teamId: 'once', name: 'Once' };
    const create = () => service.call('product', 'POST', '/v1/workspaces/w/teams', { body, key: 'key-1' });
    const answers = await Promise.all(Array.from({ length: 8 }, create));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ changed: true });
    // A refusal and an answer that changed nothing are remembered as well.
    const archive = () => service.call('product', 'POST', '/v1/workspaces/w/teams/later/archive', { key: 'key-2' });
    const again = () => service.call('product', 'POST', '/v1/workspaces/w/teams', { body, key: 'key-3' });
    const refused = await archive();
    const unchanged = await again();
    expect([refused.status, unchanged.body['changed']]).toEqual([404, false]);
    await service.call('product', 'POST', '/v1/workspaces/w/teams', { body: { teamId: 'later', name: 'Later' } });

    await service.stop('SIGKILL');
    service = await Service.start(folder.path, { PUBLIC_URL: 'http://127.0.0.1' });
    expect((await create()).text).toBe(answers[0]?.text);
    expect((await archive()).text).toBe(refused.text);
    expect((await again()).text).toBe(unchanged.text);
    const other = await service.call('product', 'POST', '/v1/workspaces/w/teams', {
      body: { ...body, name: 'Other' },
      key: 'key-1',
    });
    expect([other.status, other.body['code']]).toEqual([422, 'idempotency-key-reused']);
  });

  it('answers each line of a stream independently', async () => {
    const lines = [
      '{"type":"CreateTeam","workspaceId":"w","teamId":"s1","name":"S1"}',
      'not json',
      '{"type":"ArchiveTeam","workspaceId":"w","teamId":"s1"}',
      '{"type":"ArchiveTeam","workspaceId":"w","teamId":"none"}',
    ];
    const { text } = await service.call('product', 'POST', '/v1/commands', {
      body: `${lines.join('\n')}\n`,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    const results = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(results.map(({ status }) => status)).toEqual(['accepted', 'rejected', 'accepted', 'rejected']);
    expect(results[1]?.['problem']).toMatchObject({ detail: 'Line 2 is not JSON.' });
    expect(results[3]?.['problem']).toMatchObject({ code: 'unknown-team' });
  });

  it('reads what was just written when asked to', async () => {
    const { body, headers } = await service.call('product', 'POST', '/v1/workspaces/w/members', {
      body: { memberId: 'now', name: 'Now', email: 'now@w.example', teamIds: ['once'] },
    });
    const read = await service.call('product', 'GET', `/v1/workspaces/w?atLeast=${headers.get('seatledger-position')}`);
    expect(read.body).toMatchObject({ revision: body['revision'], members: { total: 1, active: 1, inactive: 0 } });
  });
});
