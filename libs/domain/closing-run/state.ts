import { type ClosingEvent, type ClosingReport, type ClosingRequest } from './events';

/** One run over workspaces; undefined until it is asked for. */
export type ClosingState = { readonly request: ClosingRequest; readonly report?: ClosingReport } | undefined;

export function evolveClosing(state: ClosingState, event: ClosingEvent): ClosingState {
  if (event.type === 'ClosingRequested') return { request: event.data };
  if (state === undefined) throw new Error(`a run's history begins with ${event.type}`);
  return { ...state, report: event.data };
}
