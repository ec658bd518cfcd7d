import { BILL_TO, type Role, Service, temporaryFolder } from '../support/service';

interface Request {
  readonly role: Role;
  readonly method: string;
  readonly route: string;
  readonly body?: object;
  /** Another one that the same key must not be good for. */
  readonly other: Partial<Pick<Request, 'route' | 'body'>>;
  readonly status: number;
  /** What it leaves in the history, once. */
  readonly event?: string;
}

const CONTRACT = {
  ...{ unitPriceMinor: 1000, currency: 'EUR', firstMonth: '2026-01', billTo: BILL_TO },
  ...{ delivery: ['email'], invoiceMailbox: 'w@w.example' },
};
const W = '/v1/workspaces/w/contract';

describe('a request under an idempotency key', () => {
  const folder = temporaryFolder();
  let service: Service;

  beforeAll(async () => {
    service = await Service.start(folder.path, { PUBLIC_URL: 'http://127.0.0.1' });
    const startedAt = '2026-01-01T08:00:00Z';
    for (const workspaceId of ['w', 'held']) {
      await service.call('product', 'POST', '/v1/workspaces', { body: { workspaceId, name: 'W', startedAt } });
      await service.call('product', 'POST', `/v1/workspaces/${workspaceId}/teams`, {
        body: { teamId: 't', name: 'T', occurredAt: '2026-01-02T08:00:00Z' },
      });
    }
    await service.call('accounting', 'PUT', '/v1/workspaces/held/contract', {
      body: { ...CONTRACT, holdForApproval: true },
    });
    requests.set('opening a contract', { ...contract('PUT', '', CONTRACT), event: 'ContractOpened.v1' });
    await send('opening a contract');
    await service.close('2026-01');
    const month = await service.call('product', 'GET', '/v1/workspaces/w/months/2026-01');
    const number = String(month.body['invoiceNumber']);
    await service.until('accounting', `/v1/invoices/${number}`, ({ body }) => body['status'] === 'delivered');
    const invoice = { role: 'accounting', method: 'POST', status: 202 } as const;
    requests
      .set('changing terms', contract('POST', '/changes', { effectiveFrom: '2026-02', freeUnits: 1 }))
      .set('changing the mailbox', contract('PUT', '/invoice-mailbox', { email: 'a@w.example' }))
      .set('changing the address', contract('PUT', '/billing-address', { billTo: { ...BILL_TO, city: 'Köln' } }))
      .set('terminating', contract('POST', '/terminate', { lastMonth: '2099-12' }))
      .set('a refused change', contract('POST', '/changes', { effectiveFrom: '2026-01', freeUnits: 1 }, 409))
      .set('a contract of nobody', { ...contract('PUT', '', CONTRACT, 404), route: '/v1/workspaces/later/contract' })
      .set('a change of nobody', {
        ...contract('POST', '/changes', { effectiveFrom: '2026-02', freeUnits: 1 }, 404),
        route: '/v1/workspaces/later/contract/changes',
      })
      .set('closing', {
        ...{ role: 'scheduler', method: 'POST', route: '/v1/closings', status: 202 },
        ...{ body: { month: '2026-02', workspaceIds: ['w'] }, other: { body: { month: '2026-02' } } },
      })
      .set('resending', {
        ...{
          ...invoice,
          route: `/v1/invoices/${number}/resend`,
          other: { route: `/v1/invoices/${number}/cancel`, body: { reason: 'wrong' } },
        },
        event: 'InvoiceResendRequested.v1',
      })
      .set('cancelling', {
        ...{ ...invoice, route: `/v1/invoices/${number}/cancel`, body: { reason: 'wrong' } },
        ...{ other: { body: { reason: 'other' } }, event: 'InvoiceCancelled.v1' },
      })
      .set('approving drafts', {
        ...{ ...invoice, status: 200, route: '/v1/invoices/drafts/approve' },
        ...{ body: { ids: ['held_2026-01.0.7'] }, other: { body: { ids: ['held_2026-01.0.8'] } } },
      })
      .set('approving a draft', {
        ...{ ...invoice, route: '/v1/invoices/drafts/held_2026-01.0.0/approve' },
        ...{ other: { route: '/v1/invoices/drafts/held_2026-01.0.1/approve' }, event: 'BillApproved.v1' },
      });
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  const requests = new Map<string, Request>();
  const answers = new Map<string, string>();
  const contract = (method: string, route: string, body: object, status = 200): Request => ({
    ...{ role: 'accounting', method, route: `${W}${route}`, body, status },
    other: { body: { ...body, ...OTHER[route] } },
  });
  const send = (name: string, change: Request['other'] = {}) => {
    const { role, method, route, body } = { ...requests.get(name)!, ...change };
    return service.call(role, method, route, { key: `key of ${name}`, ...(body === undefined ? {} : { body }) });
  };
  const textOf = ({ status, text }: { status: number; text: string }): string => `${status} ${text}`;

  it('has one answer however often it is sent at once, and is good for no other', async () => {
    for (const [name, { status, other }] of requests) {
      const sent = await Promise.all([send(name), send(name), send(name), send(name)]);
      expect([name, sent.map((answer) => answer.status)]).toEqual([name, [status, status, status, status]]);
      const [text, ...more] = new Set(sent.map(textOf));
      expect([name, more]).toEqual([name, []]);
      answers.set(name, text ?? '');
      const reused = await send(name, other);
      expect([name, reused.status, reused.body['code']]).toEqual([name, 422, 'idempotency-key-reused']);
    }
  });

  it('has it after a kill, and has had one effect', async () => {
    // What was refused then would be possible now.
    await service.call('product', 'POST', '/v1/workspaces', { body: { workspaceId: 'later', name: 'Later' } });
    await service.stop('SIGKILL');
    service = await Service.start(folder.path, { PUBLIC_URL: 'http://127.0.0.1' });
    for (const [name, text] of answers) expect([name, textOf(await send(name))]).toEqual([name, text]);
    for (const [name, { other }] of requests) expect([name, (await send(name, other)).status]).toEqual([name, 422]);
    const { text } = await service.call('auditor', 'GET', '/v1/audit/events?limit=1000');
    const types = text.split('\n').flatMap((line) => /"type":"(\w+\.v\d+)"/.exec(line)?.[1] ?? []);
    for (const { event } of requests.values()) {
      if (event === undefined) continue;
      const times = types.filter((type) => type === event).length;
      // The held workspace has a contract, too.
      expect([event, times]).toEqual([event, event === 'ContractOpened.v1' ? 2 : 1]);
    }
    expect(types.filter((type) => type === 'ClosingRequested.v1')).toHaveLength(2);
    expect((await service.call('accounting', 'GET', '/v1/workspaces/later/contract')).status).toBe(404);
  });
});

const OTHER: Record<string, object> = {
  '': { unitPriceMinor: 2000 },
  '/changes': { freeUnits: 2 },
  '/invoice-mailbox': { email: 'b@w.example' },
  '/billing-address': { billTo: BILL_TO },
  '/terminate': { lastMonth: '2099-11' },
};
