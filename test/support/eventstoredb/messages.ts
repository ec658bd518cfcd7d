/** Between the log and the messages of the protocol, as the client's own definitions have them. */
import { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb';
import { type AppendReq, type BatchAppendReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';

import { type LoggedEvent, type ProposedEvent } from './event-log';

/** .NET counts in ticks of 100 ns. */
const TICKS_PER_MILLISECOND = 10_000n;

export const streamName = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

export const streamIdentifier = (name: string): StreamIdentifier => {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(name).toString('base64'));
  return identifier;
};

export const uuid = (id: string): UUID => {
  const message = new UUID();
  message.setString(id);
  return message;
};

export function proposedEvent(message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): ProposedEvent {
  const metadata = message.getMetadataMap();
  return {
    id: message.getId()?.getString() ?? '',
    type: metadata.get('type') ?? '',
    contentType: metadata.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export function readEvent(event: LoggedEvent): ReadResp {
  const position = String(event.position);
  const recorded = new ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(uuid(event.id));
  recorded.setStreamIdentifier(streamIdentifier(event.stream));
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(position);
  recorded.setPreparePosition(position);
  recorded.setData(event.data);
  recorded.setCustomMetadata(event.metadata);
  const metadata = recorded.getMetadataMap();
  metadata.set('type', event.type);
  metadata.set('content-type', event.contentType);
  metadata.set('created', String(BigInt(event.created.getTime()) * TICKS_PER_MILLISECOND));
  const read = new ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(position);
  const response = new ReadResp();
  response.setEvent(read);
  return response;
}

/** An error as the server says it: a status, and in the trailers what exactly was wrong. */
export function failure(code: status, exception: string, details: Record<string, string> = {}): ServiceError {
  const metadata = new Metadata();
  metadata.set('exception', exception);
  for (const [key, value] of Object.entries(details)) metadata.set(key, value);
  return Object.assign(new Error(exception), { code, details: exception, metadata });
}

export const notLeader = (leader: { host: string; port: number }): ServiceError =>
  failure(status.NOT_FOUND, 'not-leader', {
    'leader-endpoint-host': leader.host,
    'leader-endpoint-port': String(leader.port),
  });

export const tooLarge = (limit: number): ServiceError =>
  failure(status.INVALID_ARGUMENT, 'maximum-append-size-exceeded', { 'maximum-append-size': String(limit) });
