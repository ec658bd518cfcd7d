import { givenClosing, NOW } from '../testing/given';
import { type ClosingEvent, type ClosingReport, type ClosingRequest } from './events';

const request: ClosingRequest = { month: '2026-03', workspaceIds: null };
const report: ClosingReport = {
  total: 2,
  closed: 2,
  nothingToBill: 0,
  alreadyClosed: 0,
  failedCount: 0,
  failed: [],
};
const requested: ClosingEvent = { type: 'ClosingRequested', data: request, occurredAt: NOW };
const finished: ClosingEvent = { type: 'ClosingFinished', data: report, occurredAt: NOW };

describe('a run over workspaces', () => {
  it('is asked for once', () => {
    givenClosing([]).when({ type: 'RequestClosing', request }).then(requested);
    givenClosing([requested]).when({ type: 'RequestClosing', request }).thenNothing();
  });
  it('is finished once, by whichever process was first', () => {
    givenClosing([requested]).when({ type: 'FinishClosing', report }).then(finished);
    givenClosing([requested, finished])
      .when({ type: 'FinishClosing', report: { ...report, closed: 1, failedCount: 1 } })
      .thenNothing();
    givenClosing([]).when({ type: 'FinishClosing', report }).thenRefused('unknown-closing');
  });
});
