import { SetMetadata } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';

import { type ApiKey } from '../infrastructure/api-keys';
import { type Role } from '@seatledger/configuration';

export const ROLES_KEY = 'roles';

/** Which roles may call a route. Without it a route is public. */
export const Roles = (...roles: Role[]) => SetMetadata(ROLES_KEY, roles);

/** Roles that may read business data; the auditor may read everything. */
export const READERS: Role[] = ['product', 'accounting', 'auditor'];

/** A request that was let in (see access.ts). */
export interface AuthenticatedRequest extends FastifyRequest {
  apiKey?: ApiKey;
}
