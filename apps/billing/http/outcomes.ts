import { type CommandAnswer, type CommandOutcome } from '@seatledger/command-handling';

import { type Metrics } from '../infrastructure/metrics';
import { type AuthenticatedRequest } from './authenticated-request';
import { noteOutcome } from './positions';

/**
 * The answer to a command that was executed, without what it was about; counts its outcome.
 * @param withRemoved whether members that it removed are told, too
 * @throws {DomainError} when it was refused
 */
export function answerOf(
  request: AuthenticatedRequest,
  outcome: CommandOutcome,
  metrics: Metrics,
  withRemoved = false,
): CommandAnswer {
  noteOutcome(request, outcome);
  if (outcome.status === 'refused') {
    metrics.command('refused');
    throw outcome.problem;
  }
  const { revision, changed, removed } = outcome.answer;
  metrics.command(changed ? 'changed' : 'unchanged');
  return { revision, changed, ...(withRemoved && removed !== undefined ? { removed } : {}) };
}
