/** The two ways to append: one call an append, and one stream for all appends of a connection. */
import { Code } from '@eventstore/db-client/generated/code_pb';
import {
  AllStreamPosition,
  Empty as SharedEmpty,
  MaximumAppendSizeExceeded,
  WrongExpectedVersion,
} from '@eventstore/db-client/generated/shared_pb';
import { Status } from '@eventstore/db-client/generated/status_pb';
import {
  type AppendReq,
  AppendResp,
  type BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb';
import { type sendUnaryData, type ServerDuplexStream, type ServerReadableStream } from '@grpc/grpc-js';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';

import { type AppendOutcome, type Expected, type ProposedEvent } from './event-log';
import { proposedEvent, streamName, tooLarge } from './messages';

export interface Append {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: readonly ProposedEvent[];
}

export type AppendAnswer = AppendOutcome | { readonly kind: 'too-large'; readonly limit: number };

/** Carries an append out; undefined where there will be no answer. @throws {ServiceError} */
export type Execute = (append: Append) => Promise<AppendAnswer | undefined>;

export function handleAppend(
  call: ServerReadableStream<AppendReq, AppendResp>,
  answer: sendUnaryData<AppendResp>,
  execute: Execute,
): void {
  let options: AppendReq.Options | undefined;
  const events: ProposedEvent[] = [];
  call.on('data', (request: AppendReq) => {
    options ??= request.getOptions();
    const message = request.getProposedMessage();
    if (message !== undefined) events.push(proposedEvent(message));
  });
  call.on('end', () => {
    const stream = streamName(options?.getStreamIdentifier());
    const expected = expectedBy(options, options?.hasRevision() === true ? options.getRevision() : '');
    execute({ stream, expected, events }).then((outcome) => {
      if (outcome === undefined) return;
      if (outcome.kind === 'too-large') answer(tooLarge(outcome.limit));
      else answer(null, appendResponse(outcome, expected));
    }, answer);
  });
}

export function handleBatchAppend(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>, execute: Execute): void {
  const open = new Map<string, { options: BatchAppendReq.Options | undefined; events: ProposedEvent[] }>();
  call.on('data', (request: BatchAppendReq) => {
    const id = request.getCorrelationId()?.getString() ?? '';
    const append = open.get(id) ?? { options: request.getOptions(), events: [] };
    open.set(id, append);
    append.events.push(...request.getProposedMessagesList().map(proposedEvent));
    if (!request.getIsFinal()) return;
    open.delete(id);
    const { options, events } = append;
    const expected = expectedBy(options, options?.hasStreamPosition() === true ? options.getStreamPosition() : '');
    execute({ stream: streamName(options?.getStreamIdentifier()), expected, events }).then(
      (outcome) => {
        if (outcome === undefined || call.cancelled) return;
        const response = batchResponse(outcome, expected);
        response.setCorrelationId(request.getCorrelationId());
        response.setStreamIdentifier(options?.getStreamIdentifier());
        call.write(response);
      },
      (error: unknown) => call.emit('error', error),
    );
  });
  call.on('end', () => call.end());
}

function expectedBy(options: AppendReq.Options | BatchAppendReq.Options | undefined, revision: string): Expected {
  if (options?.hasNoStream() === true) return -1;
  if (options?.hasStreamExists() === true) return 'stream-exists';
  return revision === '' ? 'any' : Number(revision);
}

function appendResponse(outcome: AppendOutcome, expected: Expected): AppendResp {
  const response = new AppendResp();
  if (outcome.kind === 'wrong-revision') {
    const wrong = new AppendResp.WrongExpectedVersion();
    if (outcome.current < 0) wrong.setCurrentNoStream(new SharedEmpty());
    else wrong.setCurrentRevision(String(outcome.current));
    if (expected === 'any') wrong.setExpectedAny(new SharedEmpty());
    else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new SharedEmpty());
    else if (expected < 0) wrong.setExpectedNoStream(new SharedEmpty());
    else wrong.setExpectedRevision(String(expected));
    response.setWrongExpectedVersion(wrong);
    return response;
  }
  const position = new AppendResp.Position();
  position.setCommitPosition(String(outcome.position));
  position.setPreparePosition(String(outcome.position));
  const success = new AppendResp.Success();
  success.setCurrentRevision(String(outcome.revision));
  success.setPosition(position);
  response.setSuccess(success);
  return response;
}

function batchResponse(outcome: AppendAnswer, expected: Expected): BatchAppendResp {
  const response = new BatchAppendResp();
  if (outcome.kind === 'too-large') {
    const exceeded = new MaximumAppendSizeExceeded();
    exceeded.setMaxappendsize(outcome.limit);
    const details = packed(exceeded.serializeBinary(), 'MaximumAppendSizeExceeded');
    response.setError(statusOf(Code.INVALID_ARGUMENT, details));
    return response;
  }
  if (outcome.kind === 'wrong-revision') {
    const wrong = new WrongExpectedVersion();
    if (outcome.current < 0) wrong.setCurrentNoStream(new Empty());
    else wrong.setCurrentStreamRevision(String(outcome.current));
    if (expected === 'any') wrong.setExpectedAny(new Empty());
    else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new Empty());
    else if (expected < 0) wrong.setExpectedNoStream(new Empty());
    else wrong.setExpectedStreamPosition(String(expected));
    response.setError(statusOf(Code.ALREADY_EXISTS, packed(wrong.serializeBinary(), 'WrongExpectedVersion')));
    return response;
  }
  const position = new AllStreamPosition();
  position.setCommitPosition(String(outcome.position));
  position.setPreparePosition(String(outcome.position));
  const success = new BatchAppendResp.Success();
  success.setCurrentRevision(String(outcome.revision));
  success.setPosition(position);
  response.setSuccess(success);
  return response;
}

function packed(message: Uint8Array, name: string): Any {
  const any = new Any();
  any.pack(message, `event_store.client.${name}`);
  return any;
}

function statusOf(code: Code, details: Any): Status {
  const status = new Status();
  status.setCode(code);
  status.setMessage(details.getTypeName());
  status.setDetails(details);
  return status;
}
