import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { BILL_TO, type Role, Service, temporaryFolder } from '../support/service';

interface Found {
  items: { number: string; workspaceId: string; month: string; grossMinor: number }[];
  nextCursor: string | null;
  totals: { currency: string; count: number; netMinor: number; grossMinor: number }[];
}
interface Refusal {
  code: string;
  errors: { path: string; message: string }[];
}

describe('the list of invoices', () => {
  const folder = temporaryFolder();
  let service: Service;

  beforeAll(async () => {
    const rates = path.join(folder.path, 'rates.json');
    const rate = (month: string) => ({ month, currency: 'JPY', perEuro: '160', source: 'BMF' });
    writeFileSync(rates, JSON.stringify([rate('2026-03'), rate('2026-04')]));
    service = await Service.start(folder.path, { EXCHANGE_RATES_FILE: rates });
    await customer('acme', { billTo: { ...BILL_TO, name: 'Müller & Söhne GmbH' }, unitPriceMinor: 100_000 });
    await customer('beta', { billTo: { ...BILL_TO, name: 'Straßen AG' }, delivery: ['email'] });
    await customer('seoul', { billTo: { ...BILL_TO, name: `Zoë ${'漢'.repeat(190)}` }, currency: 'JPY' });
    for (const month of ['2026-03', '2026-04']) await service.close(month, ['acme', 'beta', 'seoul']);
    await service.until<Found>('auditor', '/v1/invoices', ({ body }) => body.items.length === 6, 60_000);
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  async function customer(workspaceId: string, terms: object): Promise<void> {
    const product = (route: string, body: object) =>
      service.call('product', 'POST', `/v1/workspaces${route}`, { body });
    const at = '2026-01-05T00:00:00Z';
    await product('', { workspaceId, name: `Workspace ${workspaceId}`, startedAt: at });
    await product(`/${workspaceId}/teams`, { teamId: 't', name: 'T', occurredAt: at });
    await product(`/${workspaceId}/members`, {
      memberId: 'm',
      name: 'M',
      email: 'm@x.example',
      teamIds: ['t'],
      occurredAt: at,
    });
    const contract = {
      unitPriceMinor: 4900,
      currency: 'EUR',
      firstMonth: '2026-03',
      variant: 'team',
      delivery: ['download'],
      invoiceMailbox: 'rechnung@x.example',
      ...terms,
    };
    const route = `/v1/workspaces/${workspaceId}/contract`;
    const { status, text } = await service.call('accounting', 'PUT', route, { body: contract });
    if (status !== 200) throw new Error(text);
    await service.call('accounting', 'POST', `${route}/terminate`, { body: { lastMonth: '2026-04' } });
  }

  const find = async (query: string, role: Role = 'accounting'): Promise<Found> => {
    const { status, body, text } = await service.call<Found>(role, 'GET', `/v1/invoices?${query}`);
    if (status !== 200) throw new Error(text);
    return body;
  };
  /** What is found, as workspace and month, sorted. */
  const found = async (query: string, role?: Role): Promise<string[]> =>
    (await find(query, role)).items.map(({ workspaceId, month }) => `${workspaceId} ${month}`).sort();

  it.each<[string, string[]]>([
    ['query=muller', ['acme 2026-03', 'acme 2026-04']],
    ['query=1.190,00', ['acme 2026-03', 'acme 2026-04']],
    ['query=nobody', []],
    ['workspaceId=beta&month=2026-03', ['beta 2026-03']],
    ['workspaceId=beta&workspaceId=seoul&month=2026-04', ['beta 2026-04', 'seoul 2026-04']],
    ['delivery=email', ['beta 2026-03', 'beta 2026-04']],
    ['currency=JPY', ['seoul 2026-03', 'seoul 2026-04']],
    ['kind=cancellation&kind=credit-note', []],
    ['issuedTo=2026-01-01', []],
    ['workspaceId=none', []],
  ])('filters by %s', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  it('adds up what is found, by currency and not by page', async () => {
    const { totals } = await find('month=2026-03&limit=1');
    expect(totals).toEqual([
      { currency: 'EUR', count: 2, netMinor: 104_900, grossMinor: 124_831 },
      { currency: 'JPY', count: 1, netMinor: 4900, grossMinor: 5831 },
    ]);
  });

  it('is sorted by the day of issue, newest first, unless asked otherwise', async () => {
    const numbers = async (query: string) => (await find(query)).items.map(({ number }) => number);
    const newestFirst = await numbers('');
    expect(newestFirst).toEqual([...newestFirst].sort().reverse());
    expect(await numbers('sort=issueDate')).toEqual([...newestFirst].reverse());
    const amounts = (await find('sort=-grossMinor')).items.map(({ grossMinor }) => grossMinor);
    expect(amounts).toEqual([119_000, 119_000, 5831, 5831, 5831, 5831]);
  });

  it.each(['-issueDate', 'issueDate', '-grossMinor', 'customer'])(
    'is read page by page in the order %s',
    async (sort) => {
      const whole = await find(`sort=${sort}`);
      const items: Found['items'] = [];
      let cursor: string | null = null;
      do {
        const page = await find(`sort=${sort}&limit=1${cursor === null ? '' : `&cursor=${cursor}`}`);
        expect(page.totals).toEqual(whole.totals);
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(items).toEqual(whole.items);
    },
  );

  it('shows, and adds up, to the product what is delivered as a download', async () => {
    const { items, totals } = await find('', 'product');
    expect(new Set(items.map(({ workspaceId }) => workspaceId))).toEqual(new Set(['acme', 'seoul']));
    expect(totals.map(({ currency, count }) => [currency, count])).toEqual([
      ['EUR', 2],
      ['JPY', 2],
    ]);
    expect(await found('delivery=email', 'product')).toEqual([]);
    expect((await service.call('scheduler', 'GET', '/v1/invoices')).status).toBe(403);
  });

  it.each<[string, string, RegExp]>([
    ['month=2026-13', '/query/month', /such as 2026-03/],
    ['month=2026-03&month=x', '/query/month/1', /such as 2026-03/],
    ['issuedFrom=2026-02-30', '/query/issuedFrom', /a day such as/],
    ['issuedFrom=2026-03-02&issuedTo=2026-03-01', '/query/issuedTo', /not be before issuedFrom/],
    ['kind=bill', '/query/kind', /one of invoice, cancellation, credit-note/],
    ['status=paid', '/query/status', /one of issued, rendered/],
    ['delivery=post', '/query/delivery', /one of download, email/],
    ['currency=eur', '/query/currency', /such as EUR/],
    ['sort=name', '/query/sort', /one of -issueDate, issueDate, -grossMinor, customer/],
    ['workspaceId=a%20b', '/query/workspaceId', /an id/],
    ['query=', '/query/query', /1 to 200 characters/],
    ['limit=0', '/query/limit', /from 1 to 1000/],
    ['payment=open', '/query/payment', /not a known property/],
    [`cursor=${Buffer.from('invoices by customer:x').toString('base64url')}`, '/query/cursor', /of this list/],
    [
      `sort=-grossMinor&cursor=${Buffer.from('invoices by -grossMinor:RE-2026-000001 x').toString('base64url')}`,
      '/query/cursor',
      /of this list/,
    ],
    [Array.from({ length: 101 }, () => 'kind=invoice').join('&'), '/query/kind', /at most 100/],
  ])('refuses %s by name', async (query, path, message) => {
    const { status, body } = await service.call<Refusal>('auditor', 'GET', `/v1/invoices?${query}`);
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    expect(body.errors).toEqual([{ path, message: expect.stringMatching(message) as string }]);
  });
});
