import path from 'node:path';

import { openEmbeddedEventStore } from '../../libs/event-store/testing';
import { MailServer } from '../support/mail-server';
import { BILL_TO, Service, temporaryFolder } from '../support/service';

interface Invoice {
  number: string;
  status: string;
  kind: string;
  month: string;
  grossMinor: number;
  deliveries: { kind: string; outcome: string; attempt?: number; reason?: string }[];
  document: { sha256: string; bytes: number } | null;
  replaces?: string;
}
interface Page<Item> {
  items: Item[];
}
interface Draft {
  draftId: string;
  workspaceId: string;
  month: string;
  grossMinor: number;
  lines: { netMinor: number }[];
}

describe('the closing', () => {
  const folder = temporaryFolder();
  let mails: MailServer;
  let service: Service;

  beforeAll(async () => {
    mails = await MailServer.start();
    service = await Service.start(folder.path, { SMTP_URL: mails.url });
  });
  afterAll(async () => {
    await service.stop();
    await mails.stop();
    folder.remove();
  });

  /** A workspace with one team since January 2026, billed from March on. */
  async function workspace(workspaceId: string, terms: object): Promise<void> {
    const at = '2026-01-10T09:00:00Z';
    await service.call('product', 'POST', '/v1/workspaces', {
      body: { workspaceId, name: 'Größe GmbH', startedAt: at },
    });
    await service.call('product', 'POST', `/v1/workspaces/${workspaceId}/teams`, {
      body: { teamId: 'A', name: 'A', occurredAt: at },
    });
    const { status } = await service.call('accounting', 'PUT', `/v1/workspaces/${workspaceId}/contract`, {
      body: { unitPriceMinor: 1000, currency: 'EUR', firstMonth: '2026-03', billTo: BILL_TO, ...terms },
    });
    expect(status).toBe(200);
  }
  const drafts = async (): Promise<Draft[]> =>
    (await service.call<Page<Draft>>('accounting', 'GET', '/v1/invoices/drafts')).body.items;
  const approve = (draftId: string, role: 'accounting' | 'scheduler' = 'accounting', key?: string) =>
    service.call(role, 'POST', `/v1/invoices/drafts/${draftId}/approve`, key === undefined ? {} : { key });
  const invoicesOf = async (workspaceId: string, isWanted: (invoices: Invoice[]) => boolean): Promise<Invoice[]> => {
    const route = `/v1/workspaces/${workspaceId}/invoices`;
    const { body } = await service.until<Page<Invoice>>('accounting', route, (answer) => isWanted(answer.body.items));
    return body.items;
  };
  const head = async (): Promise<number> => {
    const store = await openEmbeddedEventStore({ file: path.join(folder.path, 'events.db') });
    try {
      return await store.head();
    } finally {
      await store.close();
    }
  };

  it('reports in a dry run what would be billed, and writes nothing', async () => {
    await workspace('dry', {});
    const before = await head();
    const { body } = await service.call('scheduler', 'POST', '/v1/closings', {
      body: { month: '2026-03', workspaceIds: ['dry'], dryRun: true },
    });
    const route = `/v1/closings/${String(body['closingId'])}`;
    const done = await service.until('scheduler', route, (answer) => answer.body['state'] === 'done');
    expect(done.body).toMatchObject({
      total: 1,
      closed: 0,
      failed: [],
      workspaces: [
        { workspaceId: 'dry', month: '2026-03', status: 'open', units: 1, netMinor: 1000, grossMinor: 1190 },
      ],
    });
    expect(await head()).toBe(before);
    expect(await service.close('2026-03', ['dry'])).toMatchObject({ closed: 1 });
    expect(await head()).toBeGreaterThan(before);
  });

  it('holds bills until accounting approves them, and numbers them only then', async () => {
    await workspace('held', { holdForApproval: true, delivery: ['download'] });
    expect(await service.close('2026-03', ['held'])).toMatchObject({ closed: 1, failed: [] });
    const [draft] = await drafts();
    expect(draft).toMatchObject({
      draftId: 'held_2026-03.0.0',
      workspaceId: 'held',
      month: '2026-03',
      grossMinor: 1190,
    });
    expect(await invoicesOf('held', () => true)).toEqual([]);

    expect((await approve(draft!.draftId, 'scheduler')).status).toBe(403);
    expect((await approve('held_2026-04.0.0')).body).toMatchObject({ code: 'unknown-draft', status: 404 });
    const [first, second] = await Promise.all([
      approve(draft!.draftId, 'accounting', 'once'),
      approve(draft!.draftId, 'accounting', 'once'),
    ]);
    expect(first.body).toMatchObject({ workspaceId: 'held', month: '2026-03', changed: true });
    expect(second.text).toBe(first.text);
    expect((await approve(draft!.draftId)).body).toMatchObject({ changed: false });
    const [invoice] = await invoicesOf('held', ([only]) => only?.status === 'delivered');
    expect(await drafts()).toEqual([]);

    // What takes its place waits again; the cancellation, which accounting asked for, does not.
    await service.call('accounting', 'POST', `/v1/invoices/${invoice!.number}/cancel`, {
      body: { reason: 'wrong', reissue: true },
    });
    await service.until<Page<Draft>>('accounting', '/v1/invoices/drafts', ({ body }) => body.items.length === 1);
    const [again] = await drafts();
    expect(again?.draftId).toMatch(/^held_2026-03\.[1-9]\.0$/);
    expect((await approve(draft!.draftId)).body).toMatchObject({ code: 'draft-replaced', status: 409 });
    await approve(again!.draftId);
    const all = await invoicesOf(
      'held',
      (invoices) => invoices.filter(({ status }) => status === 'delivered').length === 2,
    );
    expect(all.map(({ kind, status, replaces }) => [kind, status, replaces])).toEqual([
      ['invoice', 'cancelled', undefined],
      ['cancellation', 'delivered', undefined],
      ['invoice', 'delivered', invoice!.number],
    ]);
  });

  it('returns drafts with a note, and counts them again from the facts known now', async () => {
    await workspace('returned', { holdForApproval: true, delivery: ['download'] });
    await service.close('2026-04', ['returned']);
    const draftOf = (draftId: string) => service.call('accounting', 'GET', `/v1/invoices/drafts/${draftId}`);
    const post = (draftId: string, action: string, body: object = {}) =>
      service.call('accounting', 'POST', `/v1/invoices/drafts/${draftId}/${action}`, { body });
    const [march, april] = ['returned_2026-03.0.0', 'returned_2026-04.1.0'] as const;
    expect((await draftOf(march)).body).toMatchObject({
      state: 'waiting',
      buyer: { name: BILL_TO.name, country: 'DE' },
      lines: [{ kind: 'license', netMinor: 1000 }],
    });
    expect((await draftOf(march)).body).not.toHaveProperty('change');
    expect((await draftOf(april)).body).toMatchObject({
      change: { month: '2026-03', units: 0, quantity: '0', netMinor: 0, grossMinor: 0 },
    });

    const reason = 'Team B is missing.';
    expect((await post(april, 'recount')).body).toMatchObject({ status: 409, code: 'draft-not-returned' });
    expect((await post(april, 'return', { reason })).body).toMatchObject({ draftId: april, changed: true });
    expect((await post(april, 'return', { reason })).body).toMatchObject({ changed: false });
    expect((await approve(april)).body).toMatchObject({ status: 409, code: 'draft-returned' });
    const waiting = await service.until<Page<Draft>>('auditor', '/v1/invoices/drafts?month=2026-04', ({ body }) =>
      body.items.some((item) => 'reason' in item),
    );
    expect(waiting.body.items).toMatchObject([{ draftId: april, state: 'returned', reason }]);

    await service.call('product', 'POST', '/v1/workspaces/returned/teams', {
      body: { teamId: 'B', name: 'B', occurredAt: '2026-04-10T09:00:00Z' },
    });
    const recounted = await post(april, 'recount');
    expect(recounted.body).toMatchObject({ draftId: april, changed: true, draftIds: ['returned_2026-04.3.0'] });
    expect((await post(april, 'recount')).body).toMatchObject({ status: 409, code: 'draft-replaced' });
    const again = await service.until(
      'accounting',
      '/v1/invoices/drafts/returned_2026-04.3.0',
      ({ status }) => status === 200,
    );
    expect(again.body).toMatchObject({
      state: 'waiting',
      netMinor: 2000,
      change: { month: '2026-03', units: 1, quantity: '1', netMinor: 1000, grossMinor: 1190 },
    });
    expect((await draftOf(april)).body).toMatchObject({ status: 404, code: 'unknown-draft' });

    const { status, body } = await service.call('accounting', 'POST', '/v1/invoices/drafts/approve', {
      body: { ids: [march, april, 'nonsense', 'returned_2026-04.3.0'] },
    });
    expect(status).toBe(200);
    expect(body['results']).toMatchObject([
      { draftId: march, status: 'accepted', changed: true },
      { draftId: april, status: 'rejected', problem: { code: 'draft-replaced' } },
      { draftId: 'nonsense', status: 'rejected', problem: { code: 'unknown-draft' } },
      { draftId: 'returned_2026-04.3.0', status: 'accepted', changed: true },
    ]);
    const invoices = await invoicesOf(
      'returned',
      (all) => all.filter((one) => one.status === 'delivered').length === 2,
    );
    expect(invoices.map(({ month, grossMinor }) => [month, grossMinor])).toEqual([
      ['2026-03', 1190],
      ['2026-04', 2380],
    ]);
    const verified = await service.call('auditor', 'POST', '/v1/audit/verifications', { body: {} });
    expect(verified.body).toMatchObject({ failures: [] });
  });

  it('lists drafts page by page, oldest first', async () => {
    await workspace('pages', { holdForApproval: true });
    await service.close('2026-05', ['pages']);
    const months: string[] = [];
    for (let cursor = ''; ;) {
      const route = `/v1/invoices/drafts?limit=2${cursor}`;
      const { body } = await service.call<Page<Draft> & { nextCursor: string | null }>('auditor', 'GET', route);
      months.push(...body.items.map(({ draftId }) => draftId));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(months).toEqual(['pages_2026-03.0.0', 'pages_2026-04.1.0', 'pages_2026-05.2.0']);
  });

  it('reports a mail that was refused, and sends it again to the right address', async () => {
    await workspace('mailed', { delivery: ['email'], invoiceMailbox: 'old@acme.example' });
    mails.trouble('recipient', '550 5.1.1 no such user');
    const { closingId } = (await service.close('2026-03', ['mailed'])) as { closingId: string };
    const [failed] = await invoicesOf('mailed', ([invoice]) => invoice?.status === 'delivery-failed');
    expect(failed?.deliveries).toMatchObject([
      { kind: 'email', outcome: 'refused', attempt: 1, recipient: 'old@acme.example' },
    ]);
    const report = await service.call('accounting', 'GET', `/v1/closings/${closingId}`);
    expect(report.body).toMatchObject({
      closed: 1,
      failed: [{ workspaceId: 'mailed', problem: expect.stringContaining('550 5.1.1 no such user') as string }],
    });
    const { body: list } = await service.call<Page<Invoice>>(
      'accounting',
      'GET',
      '/v1/invoices?status=delivery-failed',
    );
    expect(list.items.map(({ number }) => number)).toEqual([failed!.number]);

    await service.call('accounting', 'PUT', '/v1/workspaces/mailed/contract/invoice-mailbox', {
      body: { email: 'new@acme.example' },
    });
    expect((await service.call('accounting', 'POST', `/v1/invoices/${failed!.number}/resend`)).status).toBe(202);
    await invoicesOf('mailed', ([invoice]) => invoice?.status === 'delivered');
    expect(mails.attempts).toEqual(['old@acme.example', 'new@acme.example']);
    const [mail] = mails.accepted;
    expect(mail?.subject).toContain(`Rechnung ${failed!.number} für März 2026`);
    expect(mail?.text).toContain('für den Workspace Größe GmbH');
    const stored = await service.call<Buffer>('accounting', 'GET', `/v1/invoices/${failed!.number}/pdf`);
    expect(mail?.attachments[0]?.content.equals(stored.body)).toBe(true);
  });

  it('reports mails that wait for a server which refused them, and tries them at once when asked', async () => {
    await workspace('waiting', { delivery: ['email'], invoiceMailbox: 'later@acme.example' });
    mails.trouble('recipient', '451 4.7.1 come back later');
    const { closingId } = (await service.close('2026-03', ['waiting'])) as { closingId: string };
    const parked = () =>
      service.until<Page<{ step: string; workspaceId: string }>>('scheduler', '/v1/closings/parked', ({ body }) =>
        body.items.some(({ workspaceId }) => workspaceId === 'waiting'),
      );
    expect((await parked()).body.items).toEqual([
      expect.objectContaining({
        step: 'deliver',
        workspaceId: 'waiting',
        attempts: 1,
        problem: expect.stringContaining('451 4.7.1 come back later') as string,
      }),
    ]);
    const report = await service.call('scheduler', 'GET', `/v1/closings/${closingId}`);
    expect(report.body['failed']).toEqual([
      {
        workspaceId: 'waiting',
        problem: expect.stringMatching(/^deliver RE-\d{4}-\d+ failed 1 times: .*451/) as string,
      },
    ]);
    const metrics = await service.call(undefined, 'GET', '/metrics');
    expect(metrics.text).toContain('seatledger_failing_work{kind="deliver"} 1');
    expect(service.output()).toMatch(/"attempts":1.*a step of the closing failed and is tried again/);
    expect(service.output()).not.toContain('later@acme.example');

    await service.close('2026-03', ['waiting']);
    const [delivered] = await invoicesOf('waiting', ([invoice]) => invoice?.status === 'delivered');
    expect(delivered?.deliveries).toMatchObject([{ outcome: 'temporary' }, { outcome: 'done' }]);
    await service.until<Page<object>>('scheduler', '/v1/closings/parked', ({ body }) => body.items.length === 0);
  });
});
