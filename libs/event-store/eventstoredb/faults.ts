import { AppendTooLarge, EventStoreUnavailable, type ExpectedRevision, RevisionConflict } from '../port';

/** What the client throws: its own errors have a `type`, those of gRPC a status `code`. */
interface ClientFault {
  readonly message: string;
  readonly type?: unknown;
  readonly code?: unknown;
  readonly actualVersion?: unknown;
  readonly maxAppendSize?: unknown;
}

/** A call was aborted without an error of its own: nothing came for too long, or it ended too early. */
export class Interrupted extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Interrupted';
  }
}

/** Those of the client's error types after which the same call may succeed. */
const PASSING_TYPES = new Set(['timeout', 'deadline-exceeded', 'unavailable', 'cancelled', 'not-leader']);

/** gRPC status codes of the same kind: cancelled, unknown, deadline exceeded, aborted, internal, unavailable. */
const PASSING_CODES = new Set([1, 2, 4, 10, 13, 14]);

const hasType = (error: unknown, type: string): boolean => (error as ClientFault | undefined)?.type === type;

export const isStreamNotFound = (error: unknown): boolean => hasType(error, 'stream-not-found');

/** Whether trying again may help: the connection, the leader or the time was at fault, not the call. */
export function isPassing(error: unknown): boolean {
  if (error instanceof Interrupted) return true;
  if (!(error instanceof Error)) return false;
  const { type, code, message } = error as ClientFault;
  if (typeof type === 'string' && PASSING_TYPES.has(type)) return true;
  // Discovery throws a plain error when no member of the cluster answers.
  return PASSING_CODES.has(code as number) || message.startsWith('Failed to discover');
}

/** The port's error for a failed append. */
export function appendFault(stream: string, expected: ExpectedRevision, error: unknown, hosts: string): unknown {
  const { actualVersion, maxAppendSize } = error as ClientFault;
  if (hasType(error, 'wrong-expected-version')) {
    const actual = typeof actualVersion === 'bigint' ? Number(actualVersion) : 'no-stream';
    return new RevisionConflict(stream, expected, actual);
  }
  if (hasType(error, 'maximum-append-size-exceeded')) {
    return new AppendTooLarge(stream, Number(maxAppendSize), { cause: error });
  }
  return unavailable(error, hosts);
}

/** The port's error for everything else that went wrong at the server or on the way to it. */
export function unavailable(error: unknown, hosts: string): unknown {
  if (!(error instanceof Error) || error instanceof EventStoreUnavailable) return error;
  const { type, code } = error as ClientFault;
  if (hasType(error, 'access-denied')) {
    const message = `EventStoreDB at ${hosts} refuses the user, who must be an administrator to read $all`;
    return new EventStoreUnavailable(message, { cause: error });
  }
  const isOurs = typeof type === 'string' || typeof code === 'number' || isPassing(error);
  if (!isOurs) return error;
  return new EventStoreUnavailable(`EventStoreDB at ${hosts}: ${error.message}`, { cause: error });
}
