import { type Instant } from './event';

/**
 * The three functions that are a concept: how its state begins, how a recorded event changes it, and
 * which events follow from a command. They are pure but for one liberty: `evolve` may change the state
 * that it is given, so that folding half a million facts copies nothing. The one who folds owns the state.
 */
export interface Decider<State, Command, Event> {
  initial(): State;
  /** @param revision of the event in its stream */
  evolve(state: State, event: Event, revision: number): State;
  /** No events when the state is already as wanted. @throws {DomainError} the command is refused */
  decide(command: Command, state: State, now: Instant): Event[];
}
