import { isUtf8 } from 'node:buffer';
import { type IncomingMessage } from 'node:http';

import { RequestTimeoutException, SetMetadata } from '@nestjs/common';
import { type FastifyInstance, type FastifyRequest } from 'fastify';

import { InvalidRequest } from './validation';

export const NDJSON = 'application/x-ndjson';
export const BODY_LIMIT = 4 * 1024 * 1024;

const NDJSON_KEY = 'takes-ndjson';
/** On a route that reads its body as a stream of lines. */
export const TakesNdjson = () => SetMetadata(NDJSON_KEY, true);
export const takesNdjson = (handler: object): boolean => Reflect.getMetadata(NDJSON_KEY, handler) === true;

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
      void parseJson(request, body.toString('utf8'), (error: Error | null, parsed?: unknown) => {
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

/** How long a body that is read whole may take to come in, in milliseconds. */
const BODY_TIME = 60_000;

/** Ends requests whose body does not come; a stream of lines may take its time. */
export function limitBodyTime(fastify: FastifyInstance, milliseconds = BODY_TIME): void {
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const { raw, headers } = request;
    // Small bodies came with the head: they need no timer. Bodies without an end are never complete here.
    if (!raw.complete && headers['content-type']?.startsWith(NDJSON) !== true) {
      const timer = setTimeout(() => {
        void reply.header('connection', 'close').send(new RequestTimeoutException());
      }, milliseconds);
      const clear = (): void => clearTimeout(timer);
      raw.once('end', clear);
      reply.raw.once('close', clear);
    }
    done(null, payload);
  });
}
