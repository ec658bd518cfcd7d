import { ClosingBooks, openedContract, started, teamCreated, termsWith, workspaceOf } from '../testing/facts';
import { givenBilling, NOW } from '../testing/given';
import { type BillingFacts } from './close';
import { billingDecider } from './decider';
import { type BillDocumentRef, type BillEvent, type MonthBill } from './events';
import { billingFactsOf } from './facts';
import { evolveBilling, NOTHING_BILLED } from './state';

const oneTeam = workspaceOf([started(), teamCreated('A', '2026-01-01 00:00')]);
const twoTeams = workspaceOf([started(), teamCreated('A', '2026-01-01 00:00'), teamCreated('B', '2026-01-10 00:00')]);

/** What is known when a month of a workspace is billed after some events. */
function factsOf(
  month: string,
  events: readonly BillEvent[] = [],
  { workspace = oneTeam, lockedThrough = '2026-05', holdForApproval = false, lastMonth = '2099-12' } = {},
): BillingFacts {
  const state = events.reduce((before, event, revision) => evolveBilling(before, event, revision), NOTHING_BILLED);
  return billingFactsOf(state, month, {
    workspaceId: 'W',
    workspace,
    workspaceRevision: 1,
    contract: { ...openedContract({ holdForApproval }), lockedThrough, lastMonth },
    contractRevision: 0,
    adjustmentWindowMonths: 12,
  });
}

const close = (month: string, facts = factsOf(month)) => ({ type: 'CloseMonth', month, facts }) as const;
const event = <Type extends BillEvent['type']>(type: Type, data: Extract<BillEvent, { type: Type }>['data']) =>
  ({ type, data, occurredAt: NOW }) as BillEvent;
const billOf = (month: string, workspace = oneTeam, holdForApproval = false): MonthBill =>
  new ClosingBooks().bill(month, workspace, { terms: termsWith({ holdForApproval }) });

const january = event('MonthClosed', { ...billOf('2026-01'), workspaceRevision: 1 });
const ref = (billRevision = 0, document = 0): BillDocumentRef => ({ month: '2026-01', billRevision, document });
const cancelled = (reissue: boolean, billRevision = 0) =>
  event('BillCancelled', { ...ref(billRevision), invoiceNumber: 'RE-2026-000001', reason: 'wrong', reissue });
const rebilled = event('MonthRebilled', { ...billOf('2026-01', twoTeams), replaces: { billRevision: 0, document: 0 } });

describe('closing a month', () => {
  it('fixes its bill', () => {
    givenBilling([]).when(close('2026-01')).then(january);
  });
  it('is done once', () => {
    givenBilling([january])
      .when(close('2026-01', factsOf('2026-01', [january])))
      .thenNothing();
  });
  it('of the next month settles what came late', () => {
    const facts = factsOf('2026-02', [january], { workspace: twoTeams });
    const books = new ClosingBooks();
    books.close('2026-01', oneTeam);
    const bill = books.bill('2026-02', twoTeams);
    givenBilling([january])
      .when(close('2026-02', facts))
      .then(event('MonthClosed', { ...bill, workspaceRevision: 1 }));
  });
  it('waits for the months before it', () => {
    givenBilling([]).when(close('2026-02')).thenRefused('earlier-month-open');
  });
  it('waits for its end in the time zone of the contract', () => {
    givenBilling([])
      .when(close('2026-01'), { now: Date.parse('2026-01-31T22:59:59.999Z') })
      .thenRefused('month-not-over');
    givenBilling([])
      .when(close('2026-01'), { now: Date.parse('2026-01-31T23:00:00Z') })
      .then({ ...january, occurredAt: Date.parse('2026-01-31T23:00:00Z') });
  });
  it('needs terms that can no longer change', () => {
    const facts = factsOf('2026-01', [], { lockedThrough: '2025-12' });
    givenBilling([]).when(close('2026-01', facts)).thenRefused('terms-not-locked');
  });
  it('bills nothing before the first month, and after the last where nothing is to be settled', () => {
    givenBilling([]).when(close('2025-12')).thenNothing();
    const facts = factsOf('2026-02', [january], { lastMonth: '2026-01' });
    givenBilling([january]).when(close('2026-02', facts)).thenNothing();
  });
});

describe('the approval of a bill', () => {
  const held = event('MonthClosed', billOf('2026-01', oneTeam, true));
  const heldAgain = event('MonthRebilled', {
    ...billOf('2026-01', oneTeam, true),
    replaces: { billRevision: 0, document: 0 },
  });
  const approved = (billRevision = 0) => event('BillApproved', ref(billRevision));
  const approve = (billRevision = 0, document = 0) =>
    ({ type: 'ApproveBill', ...ref(billRevision, document) }) as const;

  it('is given once', () => {
    givenBilling([held]).when(approve()).then(approved());
    givenBilling([held, approved()]).when(approve()).thenNothing();
  });
  it('is given for the bill that was looked at', () => {
    const again = [held, approved(), cancelled(true), heldAgain];
    givenBilling(again).when(approve(0)).thenRefused('draft-replaced');
    givenBilling(again).when(approve(3)).then(approved(3));
    givenBilling([held]).when(approve(1)).thenRefused('unknown-draft');
    givenBilling([held]).when(approve(0, 1)).thenRefused('unknown-draft');
  });
  it('is not asked for where nothing waits', () => {
    givenBilling([]).when(approve()).thenRefused('unknown-draft');
    givenBilling([january]).when(approve()).thenRefused('unknown-draft');
  });
});

describe('a draft that is returned', () => {
  const held = event('MonthClosed', billOf('2026-01', oneTeam, true));
  const returned = (reason = 'Team B is missing.') => event('DraftReturned', { ...ref(), reason });
  const send = (reason = 'Team B is missing.') => ({ type: 'ReturnDraft', ...ref(), reason }) as const;
  const approve = { type: 'ApproveBill', ...ref() } as const;
  const approved = event('BillApproved', ref());
  const recount = (events: readonly BillEvent[]) =>
    ({
      type: 'RecountDraft',
      ...ref(),
      facts: { ...factsOf('2026-01', events, { workspace: twoTeams, holdForApproval: true }), workspaceRevision: 0 },
    }) as const;
  const recounted = event('MonthRebilled', {
    ...billOf('2026-01', twoTeams, true),
    replaces: { billRevision: 0, document: 0 },
  });

  it('waits with its note', () => {
    givenBilling([held]).when(send()).then(returned());
    givenBilling([held, returned()]).when(send()).thenNothing();
    givenBilling([held, returned()]).when(send('And C.')).then(returned('And C.'));
    givenBilling([held, returned()]).when(approve).thenRefused('draft-returned');
  });
  it('was neither approved nor replaced, and wanted approval', () => {
    givenBilling([held, approved]).when(send()).thenRefused('draft-approved');
    givenBilling([january]).when(send()).thenRefused('unknown-draft');
    givenBilling([]).when(send()).thenRefused('unknown-draft');
    givenBilling([held, returned(), recounted]).when(send()).thenRefused('draft-replaced');
  });
  it('is counted again from the facts known now', () => {
    const events = [held, returned()];
    givenBilling(events).when(recount(events)).then(recounted);
    const again = [...events, recounted];
    givenBilling(again).when(recount(again)).thenRefused('draft-replaced');
    givenBilling(again)
      .when({ ...approve, billRevision: 2 })
      .then(event('BillApproved', ref(2)));
  });
  it('is not counted again before it was returned', () => {
    givenBilling([held])
      .when(recount([held]))
      .thenRefused('draft-not-returned');
    const events = [held, approved];
    givenBilling(events).when(recount(events)).thenRefused('draft-approved');
  });
  it('is left alone by the closings that come before its recount', () => {
    const events = [held, returned()];
    const facts = factsOf('2026-02', events, { workspace: twoTeams });
    const { documents } = givenBilling(events).state;
    expect(documents[0]?.cancelled).toEqual({ invoiceNumber: null, reason: 'Team B is missing.', reissue: true });
    const [closed] = billingDecider.decide(close('2026-02', facts), givenBilling(events).state, NOW);
    expect(closed?.type === 'MonthClosed' && closed.data.documents.flatMap(({ lines }) => lines)).toMatchObject([
      { kind: 'license', month: '2026-02' },
    ]);
  });
});

describe('cancelling a bill', () => {
  const cancel = (invoiceNumber: string, reissue = false) =>
    ({ type: 'CancelBill', ...ref(), invoiceNumber, reason: 'wrong', reissue }) as const;

  it('is done once, with its invoice', () => {
    givenBilling([january]).when(cancel('RE-2026-000001')).then(cancelled(false));
    givenBilling([january, cancelled(false)])
      .when(cancel('RE-2026-000001'))
      .thenNothing();
    givenBilling([january, cancelled(false)])
      .when(cancel('RE-2026-000002'))
      .thenRefused('bill-cancelled');
    givenBilling([]).when(cancel('RE-2026-000001')).thenRefused('unknown-bill');
  });
});

describe('billing again', () => {
  const rebill = (events: readonly BillEvent[], workspace = twoTeams, billRevision = 0) =>
    ({
      type: 'RebillMonth',
      ...ref(billRevision),
      facts: { ...factsOf('2026-01', events, { workspace }), workspaceRevision: 0 },
    }) as const;

  it('takes the facts known now', () => {
    const events = [january, cancelled(true)];
    givenBilling(events).when(rebill(events)).then(rebilled);
  });
  it('is done once, and only where it was asked for', () => {
    const again = [january, cancelled(true), rebilled];
    givenBilling(again).when(rebill(again)).thenNothing();
    givenBilling([january])
      .when(rebill([january]))
      .thenNothing();
    const forGood = [january, cancelled(false)];
    givenBilling(forGood).when(rebill(forGood)).thenNothing();
  });
});
