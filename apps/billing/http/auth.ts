import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Injectable,
  SetMetadata,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type FastifyRequest } from 'fastify';

import { type ApiKey, ApiKeys } from '../platform/api-keys';
import { type Role } from '../platform/config';

const ROLES_KEY = 'roles';

/** Which roles may call a route. Without it a route is public. */
export const Roles = (...roles: Role[]) => SetMetadata(ROLES_KEY, roles);

/** Roles that may read business data; the auditor may read everything. */
export const READERS: Role[] = ['product', 'accounting', 'auditor'];

export interface AuthenticatedRequest extends FastifyRequest {
  apiKey?: ApiKey;
}

/** Lets in by API key and role; says nothing else about why not. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeys,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const roles = this.reflector.getAllAndOverride<Role[] | undefined>(ROLES_KEY, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (roles === undefined) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const presented = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const key = presented === undefined ? undefined : this.keys.find(presented);
    if (key === undefined) throw new UnauthorizedException();
    if (!roles.includes(key.role)) throw new ForbiddenException();
    request.apiKey = key;
    return true;
  }
}
