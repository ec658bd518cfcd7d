import { type ClosingReport, type ClosingRequest } from './events';

export interface RequestClosing {
  readonly type: 'RequestClosing';
  readonly request: ClosingRequest;
}

/** Every workspace of the run was tried. */
export interface FinishClosing {
  readonly type: 'FinishClosing';
  readonly report: ClosingReport;
}

export type ClosingCommand = RequestClosing | FinishClosing;
