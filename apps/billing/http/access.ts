import { ForbiddenException, UnauthorizedException, UnsupportedMediaTypeException } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';

import { type ApiKey, type ApiKeys } from '../platform/api-keys';
import { type AuthenticatedRequest } from './auth';
import { NDJSON, takesNdjson } from './bodies';
import { type Operation, type OperationIndex } from './operation';
import { MethodNotAllowed } from './problems';
import { closed } from './schemas';
import { validated } from './validation';

const NoQuery = closed({});

/**
 * Who and what is let in. All of it is decided by the request's head, before a body is read: a
 * stranger's body costs nothing, and a wrong key is not told what else is wrong.
 */
export class Access {
  constructor(
    private readonly keys: ApiKeys,
    private readonly operations: OperationIndex,
  ) {}

  /** Runs first for every request. @throws what the problem answer is made of */
  check(request: FastifyRequest, _reply: FastifyReply): void {
    const { method, routeOptions } = request;
    const key = this.keyOf(request);
    if (request.is404) {
      const allowed = this.operations.methodsOf(request.url.replace(/[?#].*$/s, ''));
      if (allowed.length > 0) throw new MethodNotAllowed(allowed);
      return;
    }
    const operation = this.operations.find(method, routeOptions.url ?? '');
    if (operation === undefined) throw new ForbiddenException();
    if (operation.roles === undefined) return;
    if (key === undefined) throw new UnauthorizedException();
    if (!operation.roles.includes(key.role)) throw new ForbiddenException();
    (request as AuthenticatedRequest).apiKey = key;
    refuseUnreadable(request, operation);
  }

  private keyOf({ headers }: FastifyRequest): ApiKey | undefined {
    const presented = /^Bearer +([^\s]+)$/i.exec(headers.authorization ?? '')?.[1];
    return presented === undefined ? undefined : this.keys.find(presented);
  }
}

/** Parameters where there are none, and bodies that no reader is there for. */
function refuseUnreadable({ headers, query }: FastifyRequest, { method, handler }: Operation): void {
  if (method !== 'GET') validated(NoQuery, query, '/query');
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw new UnsupportedMediaTypeException();
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === NDJSON && !takesNdjson(handler)) throw new UnsupportedMediaTypeException();
}
