import { billingDecider } from '../billing/decider';
import { closingDecider } from '../closing-run/decider';
import { contractDecider } from '../contract/decider';
import { type Decider } from '../decider';
import { DomainError } from '../domain-error';
import { type Instant } from '../event';
import { invoiceDecider } from '../invoice/decider';
import { invoiceNumberDecider } from '../invoice-numbers/decider';
import { workspaceDecider } from '../workspace/decider';
import { berlin } from './facts';

export interface Specification<State, Command, Event> {
  /** Decides a command; `now` is by default long after everything that the tests tell of. */
  when(command: Command, clock?: { readonly now: Instant }): Expectation<Event>;
  /** The state that the facts make. */
  readonly state: State;
}

export interface Expectation<Event> {
  /** Exactly these events, in this order, with these times. */
  then(...expected: readonly Event[]): void;
  /** Accepted, and there was nothing to do. */
  thenNothing(): void;
  /** Refused for this reason. */
  thenRefused(code: string): void;
}

/** When the commands of the tests arrive, unless they say otherwise. */
export const NOW: Instant = berlin('2026-06-30 12:00');

/**
 * A specification by example: given these facts, when a command is decided, then these events
 * follow, or it is refused. Whatever follows, deciding leaves the state as it was, and what was
 * decided can be folded.
 */
export function specificationOf<State, Command, Event>(
  decider: Decider<State, Command, Event>,
): (events: readonly Event[]) => Specification<State, Command, Event> {
  return (events) => {
    const state = events.reduce<State>(
      (folded, event, revision) => decider.evolve(folded, event, revision),
      decider.initial(),
    );
    return {
      state,
      when(command, { now } = { now: NOW }) {
        const before = structuredClone(state);
        const outcome = attempt(() => decider.decide(command, state, now));
        expect(state).toStrictEqual(before);
        if ('events' in outcome) {
          outcome.events.reduce<State>(
            (folded, event, index) => decider.evolve(folded, event, events.length + index),
            structuredClone(state),
          );
        }
        return {
          then: (...expected) => expect(outcome).toStrictEqual({ events: expected }),
          thenNothing: () => expect(outcome).toStrictEqual({ events: [] }),
          thenRefused: (code) => expect(outcome).toMatchObject({ refused: { code } }),
        };
      },
    };
  };
}

function attempt<Event>(decide: () => Event[]): { events: Event[] } | { refused: DomainError } {
  try {
    return { events: decide() };
  } catch (error) {
    if (error instanceof DomainError) return { refused: error };
    throw error;
  }
}

/** Facts of a workspace. */
export const given = specificationOf(workspaceDecider);

/** Events of a contract. */
export const givenContract = specificationOf(contractDecider);

/** Events of an invoice. */
export const givenInvoice = specificationOf(invoiceDecider);

/** Events of a workspace's bills. */
export const givenBilling = specificationOf(billingDecider);

/** Events of a seller's numbers. */
export const givenNumbers = specificationOf(invoiceNumberDecider);

/** Events of a run over workspaces. */
export const givenClosing = specificationOf(closingDecider);
