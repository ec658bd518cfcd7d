import { Reflector } from '@nestjs/core';
import { type Role } from '@seatledger/configuration';

/** Roles that may read business data; the auditor may read everything. */
export const READERS: readonly Role[] = ['product', 'accounting', 'auditor'];

/** Which roles may call a route; without it a route is public. */
export const Roles = Reflector.createDecorator<readonly Role[]>();
