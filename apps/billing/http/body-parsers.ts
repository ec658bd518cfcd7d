import { isUtf8 } from 'node:buffer';
import { type IncomingMessage } from 'node:http';

import { RequestTimeoutException, UnsupportedMediaTypeException } from '@nestjs/common';
import { type FastifyInstance, type FastifyRequest } from 'fastify';

import { endUnreadBody } from './connections';
import { nestingFault } from './json-nesting';
import { InvalidRequest } from './validation';

export const NDJSON = 'application/x-ndjson';
export const BODY_LIMIT = 4 * 1024 * 1024;

const BODYLESS_METHODS = ['GET', 'HEAD'];

/**
 * What the body of a request is, by its head: none, lines for the route to read, or one that is read
 * whole. Whatever depends on that asks here, and the framework's reader goes by the same media type.
 */
export function bodyKindOf({ headers, mediaType }: FastifyRequest): 'none' | 'lines' | 'whole' {
  const isAnnounced = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  if (!isAnnounced) return 'none';
  return mediaType === NDJSON ? 'lines' : 'whole';
}

/** @throws what the problem answer is made of, for a body that no reader is there for */
export function refuseUnreadableBody(request: FastifyRequest, takesNdjson = false): void {
  const kind = bodyKindOf(request);
  if (kind === 'none') return;
  if (BODYLESS_METHODS.includes(request.method)) {
    throw new InvalidRequest([{ path: '', message: `must be empty: ${request.method} takes no body` }]);
  }
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw new UnsupportedMediaTypeException();
  if (kind === 'lines' && !takesNdjson) throw new UnsupportedMediaTypeException();
}

/**
 * How bodies are read: JSON whole, as UTF-8 and nothing else (what would be replaced silently is
 * refused); NDJSON by its route, line by line and of any length. Every other type is 415.
 */
export function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: unknown) => void) => {
      // Clients name the type also where a command has no body.
      if (body.length === 0) return done(null, undefined);
      if (!isUtf8(body)) return done(new InvalidRequest([{ path: '', message: 'must be UTF-8' }]));
      const text = body.toString('utf8').replace(/^\ufeff/, '');
      const fault = nestingFault(text);
      if (fault !== undefined) return done(new InvalidRequest([{ path: '', message: fault }]));
      void parseJson(request, text, (error: Error | null, parsed?: unknown) => {
        if (error === null) return done(null, parsed);
        done(new InvalidRequest([{ path: '', message: 'must be JSON' }], 'The body of the request is not JSON.'));
      });
    },
  );
  fastify.addContentTypeParser(
    NDJSON,
    { bodyLimit: Number.MAX_SAFE_INTEGER },
    (_request: FastifyRequest, payload: IncomingMessage, done: (error: null, body: unknown) => void) => {
      done(null, payload);
    },
  );
}

/** How long a body that is read whole may take to come in. */
const BODY_TIMEOUT_MS = 60_000;

/** Ends requests whose body does not come; a stream of lines may take its time. */
export function limitBodyTime(fastify: FastifyInstance, timeoutMs = BODY_TIMEOUT_MS): void {
  const answered = new WeakSet<IncomingMessage>();
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const { raw } = request;
    // Small bodies came with the head: they need no timer. Bodies without an end are never complete here.
    if (!raw.complete && bodyKindOf(request) === 'whole') {
      const timer = setTimeout(() => {
        // An answer that has begun cannot become another one: the connection ends instead.
        if (answered.has(raw)) raw.socket.destroy();
        else void reply.header('connection', 'close').send(new RequestTimeoutException());
      }, timeoutMs);
      const clear = (): void => clearTimeout(timer);
      raw.once('end', clear);
      reply.raw.once('close', clear);
    }
    done(null, payload);
  });
  fastify.addHook('onSend', ({ raw }, _reply, payload, done) => {
    answered.add(raw);
    done(null, payload);
  });
}

/** Reads on in what is left of a body after its answer, for a moment only. */
export function cutUnreadBodies(fastify: FastifyInstance, lingerMs?: number): void {
  fastify.addHook('onResponse', ({ raw }, _reply, done) => {
    endUnreadBody(raw, lingerMs);
    done();
  });
}
