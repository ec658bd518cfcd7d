import { MailServer } from '../support/mail-server';
import { BILL_TO, KEYS, type Role, Service, temporaryFolder } from '../support/service';
import { tracesIn } from '../support/traces';

/** What must not be in a log, whole or in part. */
const SECRETS = ['Wolkenstein', 'zoe.wolkenstein', 'quittengarten', 'himbeerhof', 'Rechnungsgasse', 'SUPERGEHEIM'];

describe('an operator of the service sees', () => {
  const folder = temporaryFolder();
  let service: Service;
  let mails: MailServer;
  let invoice: string;

  const call = (role: Role, method: string, route: string, body?: unknown, headers: Record<string, string> = {}) =>
    service.call(role, method, route, { ...(body === undefined ? {} : { body }), headers });
  /** The figures of a metric by its labels, as `/metrics` says them. */
  const metric = async (name: string): Promise<Record<string, number>> => {
    const { text } = await service.call(undefined, 'GET', '/metrics');
    const lines = text.matchAll(new RegExp(`^seatledger_${name}(?:\\{(.*)\\})? (\\S+)$`, 'gm'));
    return Object.fromEntries([...lines].map(([, labels = '', value]) => [labels.replace(/"/g, ''), Number(value)]));
  };
  const until = async (name: string, isWanted: (figures: Record<string, number>) => boolean): Promise<void> => {
    for (const deadline = Date.now() + 600_000; ;) {
      const figures = await metric(name);
      if (isWanted(figures)) return;
      if (Date.now() > deadline) throw new Error(`${name} stays ${JSON.stringify(figures)}`);
    }
  };
  const logged = (): Record<string, unknown>[] =>
    service
      .output()
      .split('\n')
      // What is said on standard output is no log.
      .filter((line) => line !== '' && !line.startsWith('Seatledger listens on '))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  beforeAll(async () => {
    mails = await MailServer.start();
    // The first delivery hangs until the test lets it go on.
    mails.trouble('content', 'silence');
    service = await Service.start(folder.path, { SMTP_URL: mails.url, LOG_LEVEL: 'trace' });
    await call('product', 'POST', '/v1/workspaces', {
      workspaceId: 'w',
      name: 'Himbeerhof',
      startedAt: '2026-01-01T08:00:00Z',
    });
    await call('product', 'POST', '/v1/workspaces/w/teams', {
      teamId: 't',
      name: 'Himbeerhof',
      occurredAt: '2026-01-02T08:00:00Z',
    });
    const zoe = {
      memberId: 'm',
      name: 'Zoë Wolkenstein',
      email: 'zoe.wolkenstein@quittengarten.example',
      teamIds: ['t'],
      occurredAt: '2026-01-03T08:00:00Z',
    };
    const answers = [
      await call('product', 'POST', '/v1/workspaces/w/members', zoe, { 'x-correlation-id': 'add-zoe' }),
      await call('product', 'POST', '/v1/workspaces/w/members', zoe),
      await call('product', 'POST', '/v1/workspaces/w/members', { ...zoe, name: 'Zoë W. Wolkenstein' }),
      await call('product', 'POST', '/v1/workspaces/w/members', `{"name":"Wolkenstein`),
      await call('product', 'POST', `/v1/workspaces/w/members?name=Wolkenstein`, zoe),
      await call('product', 'GET', '/v1/workspaces/Wolkenstein', undefined, { authorization: 'Bearer SUPERGEHEIM' }),
      await call('accounting', 'PUT', '/v1/workspaces/w/contract', {
        variant: 'user',
        unitPriceMinor: 700,
        currency: 'EUR',
        firstMonth: '2026-01',
        billTo: { ...BILL_TO, street: 'Rechnungsgasse 1' },
        delivery: ['email'],
        invoiceMailbox: 'rechnung@himbeerhof.example',
        annexOfUnits: true,
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 409, 400, 400, 401, 200]);
    const { body } = await call(
      'scheduler',
      'POST',
      '/v1/closings',
      { month: '2026-01' },
      { 'x-correlation-id': 'january' },
    );
    await service.until(
      'scheduler',
      `/v1/closings/${String(body['closingId'])}`,
      (answer) => answer.body['state'] === 'done',
    );
    const month = await call('product', 'GET', '/v1/workspaces/w/months/2026-01');
    invoice = String(month.body['invoiceNumber']);
    await service.until('accounting', `/v1/invoices/${invoice}`, () => mails.received === 1);
  });
  afterAll(async () => {
    await mails.stop();
    await service.stop();
    folder.remove();
  });

  it('commands by their outcome, and how long appending and folding take', async () => {
    expect(await metric('commands_total')).toEqual({
      'outcome=changed': 4,
      'outcome=unchanged': 1,
      'outcome=refused': 1,
    });
    expect(await metric('command_batch_seconds_count')).toMatchObject({ 'subject=workspace': 5 });
    const { 'outcome=appended': appends } = await metric('append_seconds_count');
    const { 'outcome=appended': seconds } = await metric('append_seconds_sum');
    expect(appends).toBeGreaterThanOrEqual(9);
    expect(seconds).toBeGreaterThan(0);
    const folded = await metric('projection_events_total');
    expect(folded['projection=billing']).toBeGreaterThan(0);
    expect((await metric('projection_batch_seconds_count'))['projection=workspaces']).toBeGreaterThan(0);
    const nothing = { 'projection=workspaces': 0, 'projection=billing': 0 };
    expect(await metric('projection_lag_events')).toEqual(nothing);
    expect(await metric('projection_stopped')).toEqual(nothing);
  });

  it('how far the closing is, and how long each of its steps takes', async () => {
    expect(await metric('months_closed_total')).toEqual({ 'outcome=closed': 1 });
    expect(await metric('closing_progress')).toEqual({
      'of=runs': 0,
      'of=workspaces': 0,
      'of=done': 0,
      'of=failed': 0,
    });
    // The mail server does not answer: the mail is still due.
    const due = { close: 0, issue: 0, approve: 0, render: 0, deliver: 1, cancel: 0, rebill: 0 };
    expect(await metric('due_work')).toEqual(by('kind', due));
    const { approve: _, ...steps } = due;
    expect(await metric('failing_work')).toEqual(by('kind', { ...steps, deliver: 0 }));
    const done = { 'step=close,outcome=done': 1, 'step=issue,outcome=done': 1, 'step=render,outcome=done': 1 };
    expect(await metric('closing_step_seconds_count')).toEqual(done);
    mails.cut();
    await until('closing_step_seconds_count', (steps) => steps['step=deliver,outcome=done'] === 1);
  });

  it('what waits', async () => {
    const idle = {
      ...{ workspace: 0, contract: 0, billing: 0, invoiceNumber: 0, invoice: 0, closing: 0 },
      print: 0,
    };
    expect(await metric('queue_size')).toEqual(by('queue', idle));
    const lines = Array.from({ length: 1500 }, (_, index) =>
      JSON.stringify({ type: 'CreateTeam', workspaceId: 'w', teamId: `t${index}`, name: 'T' }),
    );
    const headers = { 'content-type': 'application/x-ndjson' };
    const streamed = Array.from({ length: 4 }, () =>
      call('product', 'POST', '/v1/commands', lines.join('\n'), headers),
    );
    await until('queue_size', (sizes) => (sizes['queue=workspace'] ?? 0) > 0);
    for (const { status } of await Promise.all(streamed)) expect(status).toBe(200);
    await until('queue_size', (sizes) => sizes['queue=workspace'] === 0);
  });

  it('appends that another process was quicker than', async () => {
    const other = await Service.start(folder.path, { SMTP_URL: mails.url });
    try {
      const renames = (of: Service, round: number) =>
        Array.from({ length: 5 }, (_, index) =>
          of.call('product', 'POST', `/v1/workspaces/w/teams/t/rename`, { body: { name: `${round} ${index}` } }),
        );
      // Most conflicts are met by the store, some already by a look at the stream before.
      const met = async (): Promise<number> => (await metric('append_seconds_count'))['outcome=conflict'] ?? 0;
      for (let round = 0; (await met()) === 0; round += 1) {
        expect(round).toBeLessThan(200);
        await Promise.all([...renames(service, round), ...renames(other, -round)]);
      }
      expect((await metric('append_conflicts_total'))['subject=workspace']).toBeGreaterThan(0);
    } finally {
      await other.stop();
    }
  });

  it('a log of JSON objects with nothing personal or secret in it', () => {
    expect(logged().length).toBeGreaterThan(20);
    expect(tracesIn(Buffer.from(service.output()), [...SECRETS, ...Object.values(KEYS)])).toEqual([]);
  });

  it('by a correlation id what belongs together, down to the steps of a closing', async () => {
    const lines = logged();
    const route = '/v1/workspaces/:workspaceId/members';
    const requests = lines.filter(({ msg }) => msg === 'request');
    expect(requests.filter(({ correlationId }) => typeof correlationId !== 'string')).toEqual([]);
    expect(requests.filter(({ correlationId }) => correlationId === 'add-zoe')).toMatchObject([{ route, status: 200 }]);
    const january = lines.filter(({ correlationId }) => correlationId === 'january').map(({ msg }) => msg);
    expect(january).toEqual(['request', 'closing done']);
    const steps = lines.filter(({ msg }) => msg === 'a step of the closing ended');
    expect(steps.map(({ correlationId }) => correlationId)).toContain(`render:${invoice}`);
    // The same id is on what was recorded.
    const { text } = await call('auditor', 'GET', '/v1/audit/events?workspaceId=w&limit=1000');
    const recorded = text.split('\n').filter((line) => /"(MemberAdded|InvoiceRendered)/.test(line));
    expect(recorded.map((line) => /"\$?correlationId":"([^"]+)"/.exec(line)?.[1])).toEqual([
      'add-zoe',
      `render:${invoice}`,
    ]);
  });

  it('on every answer its correlation id', async () => {
    const given = { 'x-correlation-id': 'shop.order:7' };
    const answers = [
      await call('product', 'GET', '/v1/workspaces/w', undefined, given),
      await call('product', 'GET', '/v1/workspaces/none', undefined, given),
      await call('product', 'GET', '/v1/workspaces/w', undefined, { 'x-correlation-id': 'zoe@quittengarten' }),
    ];
    const ids = answers.map(({ headers }) => headers.get('x-correlation-id'));
    expect(ids).toEqual(['shop.order:7', 'shop.order:7', expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  });
});

const by = (label: string, figures: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(figures).map(([of, value]) => [`${label}=${of}`, value]));
