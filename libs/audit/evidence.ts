import { type StoredEvent } from '@seatledger/event-store';

/** An event as proof: where it is, what it says, and who sent it when. */
export interface Evidence {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  /** When it took effect. */
  readonly occurredAt: string;
  /** When it was recorded. */
  readonly recordedAt: string;
  /** The id of the API key, or the process, that it came from. */
  readonly actor: string;
  readonly correlationId: string;
}

export function evidenceOf({ event, stream, revision, position, id, metadata }: StoredEvent): Evidence {
  return {
    stream,
    revision,
    position,
    id,
    type: event.type,
    data: event.data,
    occurredAt: metadata.occurredAt,
    recordedAt: metadata.recordedAt,
    actor: metadata.actor,
    correlationId: metadata.$correlationId,
  };
}

/** `workspace-acme@17`: how an event is named in a sentence. */
export const nameOf = ({ stream, revision }: Pick<StoredEvent, 'stream' | 'revision'>): string =>
  `${stream}@${revision}`;
