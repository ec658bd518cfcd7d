import { randomUUID } from 'node:crypto';
import { type IncomingMessage } from 'node:http';

import helmet from '@fastify/helmet';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { type Logger } from 'pino';

import { BillingModule } from './billing.module';
import { problemOf } from './http/problems';
import { type ApiKeys } from './platform/api-keys';
import { NestLog } from './platform/log';
import { type Platform } from './platform/platform';

const BODY_LIMIT = 4 * 1024 * 1024;
const NDJSON_LIMIT = 4 * 1024 * 1024 * 1024;

/** Makes the HTTP server; it does not listen yet. */
export async function createServer(platform: Platform, keys: ApiKeys, log: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200 },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    // A request that cannot even be routed is answered like all others.
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const body = problemOf(error);
      void reply.status(body.status).type('application/problem+json').send(JSON.stringify(body));
    },
  });
  const fastify: FastifyInstance = adapter.getInstance();
  fastify.removeContentTypeParser('text/plain');
  fastify.addContentTypeParser(
    'application/x-ndjson',
    { bodyLimit: NDJSON_LIMIT },
    (_request: unknown, payload: IncomingMessage, done: (error: null, body: unknown) => void) => {
      done(null, payload);
    },
  );
  const app = await NestFactory.create<NestFastifyApplication>(BillingModule.of(platform, keys), adapter, {
    logger: new NestLog(log),
    abortOnError: false,
    bodyParser: false,
  });
  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    log.debug(
      {
        method,
        // The route, not the path: ids stay out of the log.
        route: routeOptions.url,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        requestId: request.id,
      },
      'request',
    );
    done();
  });
  await app.init();
  await fastify.ready();
  return app;
}
