import { ClosingBooks, started, teamCreated, termsWith, workspaceOf } from '../testing/facts';
import { givenMonth, NOW } from '../testing/given';
import { type MonthBill, type MonthEvent } from './events';

const state = workspaceOf([started(), teamCreated('A', '2026-01-01 00:00')]);
const bill = (holdForApproval: boolean): MonthBill =>
  new ClosingBooks().close('2026-01', state, { terms: termsWith({ holdForApproval }) });
const held = bill(true);
const { workspaceId, month } = held;
const event = (type: MonthEvent['type'], data: unknown): MonthEvent => ({ type, data, occurredAt: NOW }) as MonthEvent;
const closed = event('MonthClosed', held);
const approved = event('MonthBillApproved', { workspaceId, month });
const cancelled = event('MonthBillCancelled', {
  workspaceId,
  month,
  invoiceNumber: 'RE-2026-000001',
  reason: 'wrong',
  reissue: true,
});
const approve = (billRevision: number) => ({ type: 'ApproveBill', billRevision }) as const;

describe('the approval of a bill', () => {
  it('is given once', () => {
    givenMonth([closed]).when(approve(0)).then(approved);
    givenMonth([closed, approved]).when(approve(0)).thenNothing();
  });
  it('is given for the bill that was looked at', () => {
    const rebilled = [closed, approved, cancelled, event('MonthRebilled', held)];
    givenMonth(rebilled).when(approve(0)).thenRefused('draft-replaced');
    givenMonth(rebilled).when(approve(3)).then(approved);
    givenMonth([closed]).when(approve(1)).thenRefused('unknown-draft');
  });
  it('is not asked for where nothing waits', () => {
    givenMonth([]).when(approve(0)).thenRefused('unknown-draft');
    givenMonth([event('MonthClosed', bill(false))])
      .when(approve(0))
      .thenRefused('unknown-draft');
    givenMonth([event('MonthClosed', { ...held, lines: [] })])
      .when(approve(0))
      .thenRefused('unknown-draft');
  });
});
