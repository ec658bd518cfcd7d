import { type IncomingMessage, type ServerResponse } from 'node:http';

import rateLimit from '@fastify/rate-limit';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import helmet from 'helmet';

import { AppModule, type AppOptions } from './app.module';
import { type AuthenticatedRequest } from './http/authenticated-request';
import { AuthenticationHook } from './http/authentication.hook';
import { BODY_LIMIT, cutUnreadBodies, limitBodyTime, readBodies } from './http/body-parsers';
import { ConnectionFaults, limitConnections } from './http/connections';
import { Draining } from './http/draining';
import { Positions } from './http/positions';
import { Problems } from './http/problems';
import { correlationIdOf } from './http/request-context';
import { Routes } from './http/routes';
import { ApiKeys } from './infrastructure/api-keys';
import { NestLog } from './infrastructure/log';
import { Metrics } from './infrastructure/metrics';
import { ApiDescription } from './operations/api-description';

const IDLE_CONNECTION_MS = 5 * 60_000;

/** Who is not let in, may not do that, or asks too often. */
const REFUSALS = new Set([401, 403, 429]);

/** Makes the HTTP server; it does not listen yet. */
export async function createServer(options: AppOptions): Promise<NestFastifyApplication> {
  const { config, log } = options;
  // Asked for only when a request fails: then there is an application.
  const problems = (): Problems => app.get(Problems);
  const faults = new ConnectionFaults(problems);
  const adapter = new FastifyAdapter({
    loggerInstance: log,
    // What is logged while a request is served has its id.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    bodyLimit: BODY_LIMIT,
    genReqId: correlationIdOf,
    routerOptions: { maxParamLength: 200 },
    // A peer that is gone without a word is noticed in the end.
    http: { keepAlive: true },
    // One on which nothing moves, in neither direction, is closed.
    connectionTimeout: IDLE_CONNECTION_MS,
    // What comes in on an open connection while the service stops is still answered, as the last there.
    return503OnClosing: false,
    // A request that cannot even be routed is answered like all others.
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const body = problems().of(error);
      void reply.status(body.status).type('application/problem+json').send(JSON.stringify(body));
    },
    // And so is one that is not even HTTP.
    clientErrorHandler: faults.handle,
  });
  const fastify: FastifyInstance = adapter.getInstance();
  readBodies(fastify);
  faults.watch(fastify);
  limitConnections(fastify);
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(AppModule.of(options), adapter, {
    logger: new NestLog(log),
    abortOnError: false,
    bodyParser: false,
  });
  await app.register(rateLimit, { global: false });
  const routes = new Routes(fastify);
  const authentication = new AuthenticationHook(app.get(ApiKeys), routes, fastify, config.rateLimitPerMinute);
  // Answers are business data: no cache keeps them.
  const headers = { ...securityHeaders(), 'cache-control': 'no-store' };
  fastify.addHook('onRequest', (request, reply) => {
    void reply.headers(headers).header('x-correlation-id', request.id);
    return authentication.check(request);
  });
  const draining = app.get(Draining);
  limitBodyTime(fastify);
  cutUnreadBodies(fastify);
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    request.log.debug(
      {
        method,
        // The route, not the path: ids stay out of the log.
        route: routeOptions.url,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      },
      'request',
    );
    const { statusCode } = reply;
    if (REFUSALS.has(statusCode)) {
      const key = (request as AuthenticatedRequest).apiKey?.id;
      app.get(Metrics).refusal(statusCode);
      request.log.warn({ method, route: routeOptions.url, status: statusCode, key }, 'a request was refused');
    }
    // A stopping service waits for no more on this connection, also not for the rest of a body.
    if (draining.signal.aborted) request.raw.socket.end();
    done();
  });
  app.get(Positions).addTo(fastify);
  app.get(ApiDescription).describe(app);
  await app.init();
  await fastify.ready();
  return app;
}

/** What helmet says of an answer: the same of all, so it is asked once. */
function securityHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  const say = helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } } });
  const response = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  say({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error instanceof Error ? error : new Error('helmet failed');
  });
  return headers;
}
