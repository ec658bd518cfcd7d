import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import { type TSchema } from '@sinclair/typebox';

import { EVENT_SCHEMAS, type EventSchema } from './schemas/events';
import { type LedgerEvent } from './schemas/types';
import { type EventMetadata, type RecordedEvent } from './port';

/** A recorded event in the words of the domain, at its newest version. */
export interface StoredEvent<E extends LedgerEvent = LedgerEvent> {
  readonly event: E;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly id: string;
  readonly metadata: EventMetadata;
}

/** An event that this version of the software does not know, or that is not as its schema says. */
export class UnreadableEvent extends Error {
  constructor(event: Pick<RecordedEvent, 'type' | 'stream' | 'revision'>, reason: string) {
    super(`${event.type} at ${event.stream}@${event.revision}: ${reason}`);
    this.name = 'UnreadableEvent';
  }
}

interface Compiled {
  readonly newest: EventSchema;
  readonly check: TypeCheck<TSchema>;
}

const byType = new Map<string, Compiled>(
  EVENT_SCHEMAS.map((newest) => [newest.type, { newest, check: TypeCompiler.Compile(newest.schema) }]),
);

/** Recorded type strings with their version number. */
const versions = new Map<string, { compiled: Compiled; version: number }>();
for (const [type, compiled] of byType) {
  for (let version = 1; version <= compiled.newest.version; version += 1) {
    versions.set(`${type}.v${version}`, { compiled, version });
  }
}

/** The recorded type strings of event types, all versions: what a filtered reader asks for. */
export function recordedTypes(types: readonly LedgerEvent['type'][]): string[] {
  return [...versions.keys()].filter((recorded) => types.some((type) => recorded.startsWith(`${type}.v`)));
}

/** The type string to record, after checking the data against its schema. */
export function encodeType(event: LedgerEvent): string {
  const compiled = byType.get(event.type);
  if (compiled === undefined) throw new Error(`no schema for ${event.type}`);
  if (!compiled.check.Check(event.data)) {
    throw new Error(`${event.type} is not as its schema says: ${firstFault(compiled, event.data)}`);
  }
  return `${event.type}.v${compiled.newest.version}`;
}

/**
 * Reads a recorded event, bringing older versions up to the newest.
 * @throws {UnreadableEvent} for an unknown type or version, or data against its schema
 */
export function decode(recorded: RecordedEvent): StoredEvent {
  const known = versions.get(recorded.type);
  if (known === undefined) throw new UnreadableEvent(recorded, 'unknown event type');
  const { compiled, version } = known;
  let data: unknown = recorded.data;
  for (const upcast of compiled.newest.upcasters.slice(version - 1)) data = upcast(data);
  if (!compiled.check.Check(data)) {
    throw new UnreadableEvent(recorded, firstFault(compiled, data));
  }
  const occurredAt = Date.parse(recorded.metadata.occurredAt);
  if (Number.isNaN(occurredAt)) throw new UnreadableEvent(recorded, 'no occurredAt');
  return {
    event: { type: compiled.newest.type, data, occurredAt } as LedgerEvent,
    stream: recorded.stream,
    revision: recorded.revision,
    position: recorded.position,
    id: recorded.id,
    metadata: recorded.metadata,
  };
}

function firstFault({ check }: Compiled, data: unknown): string {
  const fault = check.Errors(data).First();
  return fault === undefined ? 'invalid' : `${fault.path || '/'} ${fault.message}`;
}
