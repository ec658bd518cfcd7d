/** Reads of a stream and of `$all`, and subscriptions to `$all` with filters and checkpoints. */
import { type EventEmitter } from 'node:events';

import { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';
import { type ServerWritableStream, status } from '@grpc/grpc-js';

import { type EventLog, type LoggedEvent } from './event-log';
import { failure, readEvent, streamIdentifier, streamName } from './messages';

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

/** Matches that a page of a catching-up subscription has at most. */
const PAGE = 32;

/** Resolves with the first of the events, and leaves no listener behind. */
function oneOf(emitter: EventEmitter, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) emitter.off(event, done);
      resolve();
    };
    for (const event of events) emitter.on(event, done);
  });
}

/** Sends a message when the client has taken those before; false when it is gone. */
async function send(call: ReadCall, message: ReadResp): Promise<boolean> {
  if (call.cancelled) return false;
  if (!call.write(message)) {
    await oneOf(call, ['drain', 'cancelled']);
  }
  return !call.cancelled;
}

export async function handleRead(call: ReadCall, log: EventLog): Promise<void> {
  const options = call.request.getOptions()!;
  const isBackward = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  const count = Number(options.getCount());
  const stream = options.getStream();
  let source: readonly LoggedEvent[] = log.events;
  let index: number;
  if (stream !== undefined) {
    const name = streamName(stream.getStreamIdentifier());
    const events = log.stream(name);
    if (events === undefined) {
      const notFound = new ReadResp.StreamNotFound();
      notFound.setStreamIdentifier(streamIdentifier(name));
      const response = new ReadResp();
      response.setStreamNotFound(notFound);
      await send(call, response);
      call.end();
      return;
    }
    source = events;
    const last = events.length - 1;
    if (stream.hasStart()) index = 0;
    else if (stream.hasEnd()) index = last;
    else index = isBackward ? Math.min(Number(stream.getRevision()), last) : Number(stream.getRevision());
  } else {
    const all = options.getAll()!;
    const position = Number(all.getPosition()?.getCommitPosition() ?? 0);
    // Forward a position is included, backward it is not.
    if (all.hasEnd()) index = source.length - 1;
    else index = all.hasStart() ? 0 : log.indexFrom(position) - (isBackward ? 1 : 0);
  }
  for (let sent = 0; sent < count && index >= 0 && index < source.length; sent += 1) {
    if (!(await send(call, readEvent(source[index]!)))) return;
    index += isBackward ? -1 : 1;
  }
  call.end();
}

/**
 * A subscription catches up page by page, then says so and goes live. Where it has searched for
 * long without a match it says a checkpoint: of a page without matches the page's beginning.
 * @param dropAfter is aborted after so many events
 */
export async function handleSubscription(call: ReadCall, log: EventLog, dropAfter: number): Promise<void> {
  const options = call.request.getOptions()!;
  const all = options.getAll()!;
  const matches = filterOf(options.getFilter());
  const window = options.getFilter()?.getMax() || PAGE;
  const interval = (options.getFilter()?.getCheckpointintervalmultiplier() ?? Infinity) * window;

  const start = all.getPosition();
  let index = 0;
  if (all.hasEnd()) index = log.events.length;
  // Exclusive: the event found at the position was seen already, which servers before 24 also say of
  // the next one where there is none.
  else if (start !== undefined) {
    index = Math.min(log.indexFrom(Number(start.getCommitPosition())) + 1, log.events.length);
  }

  const confirmation = new ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(crypto.randomUUID());
  const confirmed = new ReadResp();
  confirmed.setConfirmation(confirmation);
  if (!(await send(call, confirmed))) return;

  let sent = 0;
  let considered = 0;
  let checkpoint = -1;
  const sendCheckpoint = (position: number): Promise<boolean> => {
    if (position <= checkpoint) return Promise.resolve(true);
    checkpoint = position;
    return send(call, checkpointAt(position));
  };
  const sendEvent = async (event: LoggedEvent): Promise<boolean> => {
    if (sent === dropAfter) {
      call.emit('error', failure(status.UNAVAILABLE, 'subscription dropped'));
      return false;
    }
    sent += 1;
    return send(call, readEvent(event));
  };

  while (index < log.events.length) {
    let position = log.events[index]!.position;
    for (let looked = 0, found = 0; looked < window && found < PAGE && index < log.events.length; looked += 1) {
      const event = log.events[index]!;
      index += 1;
      considered += 1;
      if (!matches(event)) continue;
      found += 1;
      position = event.position;
      if (!(await sendEvent(event))) return;
    }
    const isAtEnd = index >= log.events.length;
    if (!isAtEnd && considered < interval) continue;
    considered = 0;
    if (interval < Infinity && !(await sendCheckpoint(position))) return;
  }
  const caughtUp = new ReadResp();
  caughtUp.setCaughtUp(new ReadResp.CaughtUp());
  if (!(await send(call, caughtUp))) return;

  while (!call.cancelled) {
    for (; index < log.events.length; index += 1) {
      const event = log.events[index]!;
      considered += 1;
      if (matches(event) && !(await sendEvent(event))) return;
      if (considered < interval) continue;
      considered = 0;
      if (!(await sendCheckpoint(event.position))) return;
    }
    await appendedOrCancelled(log, call);
  }
}

function appendedOrCancelled(log: EventLog, call: ReadCall): Promise<void> {
  return new Promise((resolve) => {
    const stop = log.onAppend(() => {
      call.off('cancelled', done);
      done();
    });
    const done = (): void => {
      stop();
      resolve();
    };
    call.on('cancelled', done);
  });
}

function checkpointAt(position: number): ReadResp {
  const checkpoint = new ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  const response = new ReadResp();
  response.setCheckpoint(checkpoint);
  return response;
}

function filterOf(filter: ReadReq.Options.FilterOptions | undefined): (event: LoggedEvent) => boolean {
  const byStream = filter?.getStreamIdentifier();
  const expression = byStream ?? filter?.getEventType();
  if (expression === undefined) return () => true;
  const subject = (event: LoggedEvent): string => (byStream === undefined ? event.type : event.stream);
  const regex = expression.getRegex() === '' ? undefined : new RegExp(expression.getRegex());
  const prefixes = expression.getPrefixList();
  return (event) =>
    regex === undefined ? prefixes.some((prefix) => subject(event).startsWith(prefix)) : regex.test(subject(event));
}
