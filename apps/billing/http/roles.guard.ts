import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Role } from '@seatledger/configuration';

import { type AuthenticatedRequest } from './authenticated-request';
import { Roles } from './roles.decorator';

/** Lets a request through to a route that its key has a role for. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const roles = this.reflector.get(Roles, context.getHandler());
    requireRole(context.switchToHttp().getRequest<AuthenticatedRequest>(), roles);
    return true;
  }
}

/** @throws {ForbiddenException} the key has none of the roles */
export function requireRole({ apiKey }: AuthenticatedRequest, roles: readonly Role[] | undefined): void {
  if (roles === undefined) return;
  if (apiKey === undefined || !roles.includes(apiKey.role)) throw new ForbiddenException();
}
