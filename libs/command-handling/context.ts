import { type DomainError, type Instant } from '@seatledger/domain';

/** What comes with a command besides its content. */
export interface CommandContext {
  /** Id of the API key, or name of the process. */
  readonly actor: string;
  readonly correlationId: string;
  /** The caller's Idempotency-Key, and a keyed hash of the whole request under it. */
  readonly request?: { readonly key: string; readonly hash: string };
}

export interface CommandAnswer {
  /** Of the subject's stream after the command; -1 when it has no events. */
  readonly revision: number;
  readonly changed: boolean;
  /** Of the last event that was appended with it, in the whole history; absent when none was. */
  readonly position?: number;
  /** Members that a removal of the inactive took out. */
  readonly removed?: readonly string[];
}

/** A command's outcome: done, or refused by a rule; a replay is the answer that was given before under its key. */
export type CommandOutcome =
  | { readonly status: 'done'; readonly answer: CommandAnswer; readonly isReplay?: boolean }
  | { readonly status: 'refused'; readonly problem: DomainError; readonly isReplay?: boolean };

export type Clock = () => Instant;

/** How long the answer under a key is kept, in milliseconds: at least 24 hours are promised. */
export const KEY_RETENTION_MS = 25 * 60 * 60 * 1000;
