import { ForbiddenException, UnauthorizedException } from '@nestjs/common';
import { type FastifyInstance, type FastifyRequest } from 'fastify';

import { type ApiKey, type ApiKeys, isWithin } from '../infrastructure/api-keys';
import { type AuthenticatedRequest, keyIdOf } from './authenticated-request';
import { refuseUnreadableBody } from './body-parsers';
import { MethodNotAllowed, TooManyRequests } from './problems';
import { requireRole } from './roles.guard';
import { type RouteAccess } from './route.decorator';
import { type Routes } from './routes';
import { NoQuery } from './schema';
import { parse } from './validation';

/** How often an address may try to get in without a valid key. */
const MAX_TRIES_PER_MINUTE = 60;

type Limiter = ReturnType<FastifyInstance['createRateLimit']>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by the decorator `Route`; without it nothing is let in. */
    readonly access?: RouteAccess;
  }
}

/**
 * Who and what is let in. All of it is decided by the request's head, before a body is read: the
 * body of a caller without the role costs nothing, and a wrong key is not told what else is wrong.
 * Nest's guards come only after the body; the roles' guard asks there once more.
 */
export class AuthenticationHook {
  private readonly limitOfKey: Limiter;
  private readonly limitOfAddress: Limiter;
  private readonly limitOfTries: Limiter;

  /** @param limit requests a minute and key; callers without one have a hundredth of it, by address */
  constructor(
    private readonly keys: ApiKeys,
    private readonly routes: Routes,
    fastify: FastifyInstance,
    limit: number,
  ) {
    const timeWindow = 60_000;
    this.limitOfKey = fastify.createRateLimit({ max: limit, timeWindow, keyGenerator: keyIdOf });
    const max = Math.max(MAX_TRIES_PER_MINUTE, Math.ceil(limit / 100));
    this.limitOfAddress = fastify.createRateLimit({ max, timeWindow });
    this.limitOfTries = fastify.createRateLimit({ max: MAX_TRIES_PER_MINUTE, timeWindow });
  }

  /** Runs first for every request. @throws what the problem answer is made of */
  async check(request: AuthenticatedRequest): Promise<void> {
    const { routeOptions } = request;
    // Whatever watches over the service is always answered.
    if (routeOptions.url?.startsWith('/health/') === true) return refuseUnreadableBody(request);
    const key = this.keyOf(request);
    if (key !== undefined) request.apiKey = key;
    await keepTo(key === undefined ? this.limitOfAddress : this.limitOfKey, request);
    if (request.is404) return this.refuseMethod(request);
    const { access } = routeOptions.config;
    if (access === undefined) throw new UnauthorizedException();
    if (access.roles === undefined) return refuseUnreadableBody(request);
    if (key === undefined) {
      await keepTo(this.limitOfTries, request);
      throw new UnauthorizedException();
    }
    requireRole(request, access.roles);
    if (!isWithinLimits(key, access, request)) throw new ForbiddenException();
    // Parameters where there are none are refused; the others are checked where they are taken.
    if (!access.takesQuery) parse(NoQuery, request.query, '/query');
    refuseUnreadableBody(request, access.takesNdjson);
  }

  private refuseMethod({ url }: FastifyRequest): void {
    const allowed = this.routes.methodsOf(url.replace(/[?#].*$/s, ''));
    if (allowed.length > 0) throw new MethodNotAllowed(allowed);
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

/** A key that is limited to workspaces is let in where a request is about one of them, and nowhere else. */
function isWithinLimits(key: ApiKey, { isLimitedByContent }: RouteAccess, { params }: FastifyRequest): boolean {
  if (key.workspaces === undefined || isLimitedByContent) return true;
  const { workspaceId } = params as { workspaceId?: string };
  return workspaceId !== undefined && isWithin(key, workspaceId);
}
