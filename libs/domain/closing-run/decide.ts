import { notFound } from '../domain-error';
import { type Instant } from '../event';
import { type ClosingCommand } from './commands';
import { type ClosingEvent } from './events';
import { type ClosingState } from './state';

/** A run is asked for once and finished once, also when another process did it as well. @throws {DomainError} */
export function decideClosing(command: ClosingCommand, state: ClosingState, now: Instant): ClosingEvent[] {
  if (command.type === 'RequestClosing') {
    return state === undefined ? [{ type: 'ClosingRequested', data: command.request, occurredAt: now }] : [];
  }
  if (state === undefined) throw notFound('unknown-closing', 'There is no such closing.');
  return state.report === undefined ? [{ type: 'ClosingFinished', data: command.report, occurredAt: now }] : [];
}
