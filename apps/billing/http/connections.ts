import { readFileSync } from 'node:fs';
import { type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';

import { type FastifyInstance } from 'fastify';

import { type Problems, rawProblem } from './problems';

/** How long a peer has to take an answer, and to end a body that nobody reads, before its connection is cut. */
const LINGER_MS = 2000;

const MAX_CONNECTIONS = 10_000;

/** What cannot be known of the descriptors is taken as the usual limit. */
const USUAL_DESCRIPTORS = 1024;

/** Descriptors that this process may open, where the system tells. */
function descriptorLimit(): number {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? USUAL_DESCRIPTORS : Number(limit);
  } catch {
    return USUAL_DESCRIPTORS;
  }
}

/** Half of the descriptors at most: the others are for the stores, the browser and the mail. */
export const limitConnections = (fastify: FastifyInstance): void => {
  fastify.server.maxConnections = Math.min(MAX_CONNECTIONS, Math.floor(descriptorLimit() / 2));
};

/**
 * Says the last on a connection, and closes it also where the peer does not. What comes in
 * meanwhile is thrown away: closed with it unread, the connection would be reset and the answer with it.
 */
export function endConnection(socket: Socket, lastWords = '', lingerMs = LINGER_MS): void {
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroySoon());
  // Nothing at all, where there is nothing to say: an empty text would be written all the same.
  if (lastWords === '') socket.end();
  else socket.end(lastWords);
  socket.resume();
}

/** A request is answered before its body is all there: the rest is thrown away, for a moment only. */
export function endUnreadBody(request: IncomingMessage, lingerMs = LINGER_MS): void {
  const { socket } = request;
  if (request.complete || socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  const clear = (): void => clearTimeout(timer);
  request.once('end', clear);
  socket.once('close', clear);
  request.resume();
}

/** Answers what is not HTTP, or did not come in time. */
export class ConnectionFaults {
  /** Connections on which an answer has begun. */
  private readonly answering = new WeakSet<Socket>();

  constructor(private readonly problems: () => Problems) {}

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onSend', (request, _reply, payload, done) => {
      this.answering.add(request.raw.socket);
      done(null, payload);
    });
    fastify.addHook('onResponse', (request, _reply, done) => {
      this.answering.delete(request.raw.socket);
      done();
    });
  }

  readonly handle = (error: NodeJS.ErrnoException, socket: Socket): void => {
    // Nothing can be said in the midst of another answer.
    if (error.code === 'ECONNRESET' || !socket.writable || this.answering.has(socket)) socket.destroy();
    else endConnection(socket, rawProblem(this.problems(), error));
  };
}
