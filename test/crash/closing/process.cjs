/**
 * One process of the closing, light enough to be killed some hundred times: the stores and the
 * parts of the service, with a renderer and a mail server that only take notes. Each message is a
 * task: a workspace to close, and perhaps the call of anything outside of the process before or
 * after which it kills itself.
 */
const { appendFileSync } = require('node:fs');
const path = require('node:path');

const dist = path.join(__dirname, '../../../dist');
const { openClosing } = require(`${dist}/apps/billing/platform/closing`);
const { CommandQueue } = require(`${dist}/libs/commands/queue`);
const subjects = require(`${dist}/libs/commands/subjects`);
const { Ledger, openEmbeddedEventStore } = require(`${dist}/libs/event-store`);
const { answersOf, billingProjection, BillingQueries, ReadModel, WORK } = require(`${dist}/libs/projections`);
const { openDocumentFolder, openEmbeddedReadStore } = require(`${dist}/libs/read-store`);

const MONTH = '2026-03';
const KINDS = ['close', 'issue', 'render', 'deliver', 'cancel', 'rebill'];

/** Counts calls once the case has begun, and ends the process where it is told to. */
class Deathwatch {
  calls = 0;
  begun = false;
  point = undefined;

  /** The object with these of its methods watched. */
  over(object, methods) {
    return new Proxy(object, {
      get: (target, name) => {
        const value = target[name];
        if (typeof value !== 'function') return value;
        if (!methods.includes(name)) return value.bind(target);
        return (...parameters) => this.call(() => value.apply(target, parameters));
      },
    });
  }

  async call(act) {
    if (!this.begun) return act();
    const call = (this.calls += 1);
    this.dieAt(call, 'before');
    const result = await act();
    this.dieAt(call, 'after');
    return result;
  }

  dieAt(call, side) {
    if (this.point?.call !== call || this.point.side !== side) return;
    process.kill(process.pid, 'SIGKILL');
    // Not one instruction more of this process counts.
    for (;;);
  }
}

/** Opens everything. Resolves with what does a task, at the time that it says. */
async function open({ folder, seller }) {
  let offset = 0;
  const clock = () => Date.now() + offset;
  const watch = new Deathwatch();
  const eventStore = watch.over(
    await openEmbeddedEventStore({
      file: path.join(folder, 'events.db'),
      durability: 'none-for-tests',
      pollInterval: 10,
    }),
    ['append'],
  );
  const stored = watch.over(await openEmbeddedReadStore({ file: path.join(folder, 'read-models.db') }), ['commit']);
  const documents = watch.over(await openDocumentFolder({ folder: path.join(folder, 'documents') }), ['put']);
  const ledger = new Ledger(eventStore, clock);
  const queue = (decider) => new CommandQueue(ledger, decider, subjects.plainHooks(), clock);
  const invoices = queue(subjects.invoiceDecider);
  const billing = new ReadModel(billingProjection, ledger, stored, { retryDelay: 10 });
  const readStore = answersOf(stored, [billing]);
  const renderer = {
    render: ({ number }) => Promise.resolve({ pdf: Buffer.from(`%PDF-${number}`), pages: 1, renderer: 'none' }),
  };
  const mailer = {
    transport: 'smtp',
    isRepeatable: false,
    async send({ messageId, to }) {
      appendFileSync(path.join(folder, 'mails.jsonl'), `${JSON.stringify({ messageId, to })}\n`);
      return { outcome: 'sent' };
    },
  };
  const failures = [];
  const log = {
    info: () => undefined,
    warn: (details) => failures.push(String(details.err?.stack)),
    error: (details) => failures.push(String(details.err?.stack)),
  };
  const closing = await openClosing({
    ledger,
    readStore,
    workspaces: queue(subjects.workspaceDecider()),
    contractQueue: queue(subjects.contractDecider),
    billing,
    billingQueries: new BillingQueries(readStore),
    personalData: { open: () => null },
    renderer: watch.over(renderer, ['render']),
    documents,
    mailer: watch.over(mailer, ['send']),
    seller,
    clock,
    log,
    lease: 250,
    retryDelay: 20,
  });
  await billing.start();
  let isWorking = false;

  /** Resolves when nothing is left to do, but for a mail whose outcome another process took along. */
  const finished = async () => {
    for (;;) {
      await billing.reached(await eventStore.head(), 10_000);
      let left = 0;
      for (const kind of KINDS) {
        const due = await readStore.find(WORK.name, { where: { kind }, limit: 10 });
        for (const { document } of due) if (!(await isLost(document))) left += 1;
      }
      if (left === 0 && closing.work.busy === 0) return;
      await billing.changed(globalThis.AbortSignal.timeout(20));
    }
  };
  const isLost = async ({ kind, number }) => {
    if (kind !== 'deliver' || closing.work.busy > 0) return false;
    const { deliveries } = await closing.steps.invoice(number);
    const open = deliveries.find(({ outcome }) => outcome === 'started');
    return open !== undefined && clock() - Date.parse(open.at) < 60_000;
  };

  const close = async (workspaceId, scenario) => {
    const by = (key) => ({ actor: 'test', correlationId: key, request: { key, hash: 'same' } });
    await closing.closings.start({ month: MONTH, workspaceIds: [workspaceId] }, by(`close ${workspaceId}`));
    await finished();
    if (scenario !== 'cancel') return;
    const found = await readStore.find('invoices', { where: { workspaceId }, limit: 10 });
    const first = found.find(({ document: { state } }) => state.invoice.billRevision === 0 && !state.invoice.cancels);
    const cancel = { type: 'CancelInvoice', reason: 'wrong', reissue: true };
    await invoices.submit(first.id, `cancel ${first.id}`, cancel, by(`cancel ${workspaceId}`));
    await finished();
  };
  return async ({ now, workspaceId, scenario, point }) => {
    offset = now - Date.now();
    if (!isWorking) closing.work.start();
    isWorking = true;
    // What those before left undone comes first, and is no part of the case.
    await finished();
    Object.assign(watch, { calls: 0, point, begun: true });
    if (workspaceId !== undefined) await close(workspaceId, scenario);
    watch.begun = false;
    return { calls: watch.calls, failures: failures.splice(0) };
  };
}

let perform;
process.on('message', (task) => {
  perform ??= open(task);
  perform
    .then((act) => act(task))
    .then((report) => process.send(report))
    .catch((error) => process.send({ error: String(error?.stack) }));
});
process.send('ready');
