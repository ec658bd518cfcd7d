import { type EventStoreDBClient } from '@eventstore/db-client';

import { BadConnectionString } from './connection-string';

/**
 * Makes a client; it connects with its first call. The library is loaded only here: gRPC would
 * cost every start with the embedded store a fifth of a second.
 *
 * Appends are one call each. The client would rather send them all over one shared stream (batch
 * append) where the server offers it, and 6.2.1 does that dangerously: the answers of all streams
 * and clients wait in one table of the process, which an error on any stream empties; the next
 * answer on another stream then throws where nobody can catch it and ends the process
 * (kurrent-io/KurrentDB-Client-NodeJS, pull request 523). A stream that hangs is also given up by
 * no deadline. And whether the server offers it is asked once: if that question meets a cluster
 * without a leader, its failure is remembered and answers every later append.
 * @throws {BadConnectionString} the client or its TLS cannot use what is in it
 */
export async function connect(connectionString: string): Promise<EventStoreDBClient> {
  const { EventStoreDBClient } = await import('@eventstore/db-client');
  const client = made(() => EventStoreDBClient.connectionString(connectionString));
  // Asked by the client before each append: does the server support this method?
  return Object.assign(client, { supports: () => Promise.resolve(false) });
}

function made(make: () => EventStoreDBClient): EventStoreDBClient {
  try {
    return make();
  } catch (error) {
    // The client's own complaint about a string repeats parts of it, which may be the password.
    const isAboutText = error instanceof Error && 'connectionString' in error;
    const reason = error instanceof Error && !isAboutText ? error.message : 'the client does not understand it';
    throw new BadConnectionString(`cannot be used: ${reason}`);
  }
}

/** Ends what is under way and lets go of the connection, which the client's own `dispose` keeps. */
export async function disconnect(client: EventStoreDBClient): Promise<void> {
  await client.dispose();
  const { getChannel } = client as unknown as { getChannel: () => Promise<{ close: () => void }> };
  // Not waited for: where there is no connection, the client first looks for one.
  void getChannel().then(
    (channel) => channel.close(),
    () => undefined,
  );
}
