import { type IncomingMessage } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';

import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

import { endConnection } from './connections';

/** Tells long answers that the service stops: they end after the next whole line. */
@Injectable()
export class Draining implements BeforeApplicationShutdown {
  private readonly aborter = new AbortController();

  get signal(): AbortSignal {
    return this.aborter.signal;
  }

  beforeApplicationShutdown(): void {
    this.aborter.abort();
  }
}

/** How long a peer may take to read what was said so far. */
const BREAK_OFF_MS = 10_000;

/** Ends the connection without ending the answer, when what was said so far is sent and the peer has noticed. */
export async function breakOff(request: IncomingMessage): Promise<void> {
  const { socket } = request;
  // The last part of the answer may be on its way from the generator to the connection.
  await turn();
  if (socket.destroyed) return;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  request.resume();
  endConnection(socket, '', BREAK_OFF_MS);
  await closed;
}
