import { type EventToAppend, type ExpectedRevision } from './port';

/** The revision that the first event of an append gets. @throws {TypeError} a mistake of the caller */
export function checkAppend(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): number {
  if (stream === '') throw new TypeError('an append needs the name of a stream');
  if (events.length === 0) throw new TypeError(`stream ${stream}: an append needs at least one event`);
  if (expected === 'no-stream') return 0;
  if (!Number.isSafeInteger(expected) || expected < 0) {
    throw new TypeError(`stream ${stream}: ${expected} is not a revision`);
  }
  return expected + 1;
}
