import { type TSchema } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';

import { type Decrypt, decrypted } from './personal-data';
import { type EventMetadata, type RecordedEvent } from './port';
import { EVENT_SCHEMAS, type EventSchema } from './schemas/events';
import { type BillingEvent } from './schemas/types';

/** A recorded event in the words of the domain, at its newest version. */
export interface StoredEvent<E extends BillingEvent = BillingEvent> {
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

/** Writes events at their newest version and reads every version that was ever written. */
export class EventCodec {
  private readonly byType: ReadonlyMap<string, Compiled>;
  /** Recorded type strings with their version number. */
  private readonly versions = new Map<string, { compiled: Compiled; version: number }>();

  /** @throws {Error} a type twice, or a version without an upcaster to the next */
  constructor(schemas: readonly EventSchema[]) {
    this.byType = new Map(
      schemas.map((newest) => [newest.type, { newest, check: TypeCompiler.Compile(newest.schema) }]),
    );
    if (this.byType.size < schemas.length) throw new Error('an event type has two schemas');
    for (const [type, compiled] of this.byType) {
      const { version: newest, upcasters } = compiled.newest;
      if (upcasters.length !== newest - 1) throw new Error(`${type}.v${newest} needs ${newest - 1} upcasters`);
      for (let version = 1; version <= newest; version += 1) {
        this.versions.set(`${type}.v${version}`, { compiled, version });
      }
    }
  }

  /** Every type string that may be found in a store. */
  get allRecordedTypes(): string[] {
    return [...this.versions.keys()];
  }

  /** The recorded type strings of event types, all versions: what a filtered reader asks for. */
  recordedTypes(types: readonly BillingEvent['type'][]): string[] {
    return this.allRecordedTypes.filter((recorded) => types.some((type) => recorded.startsWith(`${type}.v`)));
  }

  /** The type string to record, after checking the data against its schema. */
  encodeType(event: BillingEvent): string {
    const compiled = this.byType.get(event.type);
    if (compiled === undefined) throw new Error(`no schema for ${event.type}`);
    if (!compiled.check.Check(event.data)) {
      throw new Error(`${event.type} is not as its schema says: ${firstFault(compiled, event.data)}`);
    }
    return `${event.type}.v${compiled.newest.version}`;
  }

  /**
   * Reads a recorded event, bringing older versions up to the newest. Personal data stays encrypted
   * unless there is something to decrypt it with.
   * @throws {UnreadableEvent} for an unknown type or version, or data against its schema
   */
  decode(recorded: RecordedEvent, decrypt?: Decrypt): StoredEvent {
    const known = this.versions.get(recorded.type);
    if (known === undefined) throw new UnreadableEvent(recorded, this.whyUnknown(recorded.type));
    const { compiled, version } = known;
    let data: unknown = recorded.data;
    try {
      if (decrypt !== undefined) data = decrypted(recorded, decrypt);
      for (const upcast of compiled.newest.upcasters.slice(version - 1)) data = upcast(data);
    } catch (error) {
      throw new UnreadableEvent(recorded, error instanceof Error ? error.message : String(error));
    }
    if (!compiled.check.Check(data)) {
      throw new UnreadableEvent(recorded, firstFault(compiled, data));
    }
    const occurredAt = Date.parse(recorded.metadata.occurredAt);
    if (Number.isNaN(occurredAt)) throw new UnreadableEvent(recorded, 'no occurredAt');
    return {
      event: { type: compiled.newest.type, data, occurredAt } as BillingEvent,
      stream: recorded.stream,
      revision: recorded.revision,
      position: recorded.position,
      id: recorded.id,
      metadata: recorded.metadata,
    };
  }

  private whyUnknown(recorded: string): string {
    const [, type = '', version] = /^(.+)\.v(\d+)$/.exec(recorded) ?? [];
    const newest = this.byType.get(type)?.newest.version;
    if (newest === undefined) return 'unknown event type';
    return `version ${version} is not known, only 1 to ${newest}: a newer version of this software wrote it`;
  }
}

const codec = new EventCodec(EVENT_SCHEMAS);

/** `EventCodec.allRecordedTypes` of the events that are recorded here. */
export const allRecordedTypes = (): string[] => codec.allRecordedTypes;
/** `EventCodec.recordedTypes` of the events that are recorded here. */
export const recordedTypes = (types: readonly BillingEvent['type'][]): string[] => codec.recordedTypes(types);
/** `EventCodec.encodeType` of the events that are recorded here. */
export const encodeType = (event: BillingEvent): string => codec.encodeType(event);
/** `EventCodec.decode` of the events that are recorded here. */
export const decode = (recorded: RecordedEvent, decrypt?: Decrypt): StoredEvent => codec.decode(recorded, decrypt);

function firstFault({ check }: Compiled, data: unknown): string {
  const fault = check.Errors(data).First();
  return fault === undefined ? 'invalid' : `${fault.path || '/'} ${fault.message}`;
}
