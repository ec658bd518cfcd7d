import { ForbiddenException, UnauthorizedException } from '@nestjs/common';
import { type FastifyInstance, type FastifyRequest } from 'fastify';

import { type ApiKey, type ApiKeys, isWithin } from '../infrastructure/api-keys';
import { API } from './api';
import { type AuthenticatedRequest } from './auth';
import { refuseUnreadableBody } from './bodies';
import { type Operation, type OperationIndex } from './operation';
import { MethodNotAllowed, TooManyRequests } from './problems';
import { closed } from './schemas';
import { validated } from './validation';

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

/** How often an address may try to get in without a valid key. */
const MAX_TRIES_PER_MINUTE = 60;

const NoQuery = closed({});

/**
 * Who and what is let in. All of it is decided by the request's head, before a body is read: a
 * stranger's body costs nothing, and a wrong key is not told what else is wrong.
 */
export class Access {
  private readonly limitOfKey: Limiter;
  private readonly limitOfStranger: Limiter;
  private readonly limitOfTries: Limiter;

  /** @param limit requests a minute and key; callers without one have a hundredth of it, by address */
  constructor(
    private readonly keys: ApiKeys,
    private readonly operations: OperationIndex,
    fastify: FastifyInstance,
    limit: number,
  ) {
    const timeWindow = 60_000;
    this.limitOfKey = fastify.createRateLimit({ max: limit, timeWindow, keyGenerator: keyIdOf });
    this.limitOfStranger = fastify.createRateLimit({
      max: Math.max(MAX_TRIES_PER_MINUTE, Math.ceil(limit / 100)),
      timeWindow,
    });
    this.limitOfTries = fastify.createRateLimit({ max: MAX_TRIES_PER_MINUTE, timeWindow });
  }

  /** Runs first for every request. @throws what the problem answer is made of */
  async check(request: AuthenticatedRequest): Promise<void> {
    const { method, routeOptions } = request;
    // Whoever watches over the service is always answered.
    if (routeOptions.url?.startsWith('/health/') === true) return refuseUnreadableBody(request);
    const key = this.keyOf(request);
    if (key !== undefined) request.apiKey = key;
    await keepTo(key === undefined ? this.limitOfStranger : this.limitOfKey, request);
    if (request.is404) {
      const allowed = this.operations.methodsOf(request.url.replace(/[?#].*$/s, ''));
      if (allowed.length > 0) throw new MethodNotAllowed(allowed);
      return;
    }
    const operation = this.operations.find(method, routeOptions.url ?? '');
    if (operation === undefined) throw new ForbiddenException();
    if (operation.roles === undefined) return refuseUnreadableBody(request);
    if (key === undefined) {
      await keepTo(this.limitOfTries, request);
      throw new UnauthorizedException();
    }
    if (!operation.roles.includes(key.role) || !isWithinLimits(key, operation, request)) throw new ForbiddenException();
    refuseUnreadable(request, operation);
  }

  private keyOf({ headers }: FastifyRequest): ApiKey | undefined {
    const presented = /^Bearer +([^\s]+)$/i.exec(headers.authorization ?? '')?.[1];
    return presented === undefined ? undefined : this.keys.find(presented);
  }
}

/** @throws {TooManyRequests} */
async function keepTo(limiter: Limiter, request: FastifyRequest): Promise<void> {
  const limit = await limiter(request);
  if (!limit.isAllowed && limit.isExceeded) throw new TooManyRequests(limit.ttlInSeconds);
}

/** Routes without a workspace in their path that look after the limits of a key themselves. */
const LIMITED_BY_CONTENT = new Set([
  'POST /v1/commands',
  'GET /v1/invoices',
  'GET /v1/invoices/:number',
  'GET /v1/invoices/:number/pdf',
  'GET /v1/invoices/:number/xml',
  'GET /v1/invoices/:number/html',
]);

/** A key that is limited to workspaces is let in where a request is about one of them, and nowhere else. */
function isWithinLimits(key: ApiKey, { method, path }: Operation, { params }: FastifyRequest): boolean {
  if (key.workspaces === undefined || LIMITED_BY_CONTENT.has(`${method} ${path}`)) return true;
  const { workspaceId } = params as { workspaceId?: string };
  return workspaceId !== undefined && isWithin(key, workspaceId);
}

const keyIdOf = (request: AuthenticatedRequest): string => request.apiKey?.id ?? '';

/** Parameters where there are none, and bodies that no reader is there for. */
function refuseUnreadable(request: FastifyRequest, { method, path, handler }: Operation): void {
  const described = API[`${method} ${path}`];
  if (described !== undefined) validated(described.query ?? NoQuery, request.query, '/query');
  refuseUnreadableBody(request, handler);
}
