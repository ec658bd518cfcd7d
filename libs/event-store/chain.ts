import { hash as hashOf } from 'node:crypto';

import { canonicalJson } from './canonical-json';
import { type EventMetadata, type RecordedEvent } from './port';

/**
 * The hash chain of a stream: each event's `hash` is the SHA-256 over the hash before it (for the
 * first event the stream's name), a line break, and the canonical JSON of `[type, data, metadata]`
 * without the hash itself. A change in any past event shows in every hash after it.
 */
export function chainHash(
  previous: string,
  type: string,
  data: unknown,
  metadata: Omit<EventMetadata, 'hash'>,
): string {
  return hashOf('sha256', `${previous}\n${canonicalJson([type, data, metadata])}`);
}

/** What the first event of a stream is chained to. */
export const chainStart = (stream: string): string => stream;

/** Whether an event continues the chain after `previous`. */
export function continuesChain(previous: string, event: RecordedEvent): boolean {
  // Metadata that was tampered with may be any JSON value.
  const { hash, ...metadata } = (event.metadata as EventMetadata | null) ?? {};
  return hash === chainHash(previous, event.type, event.data, metadata as EventMetadata);
}
