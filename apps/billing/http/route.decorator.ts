import { applyDecorators, HttpCode, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { type Role } from '@seatledger/configuration';

import { operationOf, type PrintableRoute, responsesOf } from './openapi/operation';
import { schemasOf } from './params.decorator';
import { Roles } from './roles.decorator';

/** What a route takes and answers, besides its path and the schemas of its parameters. */
export type RouteDescription = Omit<PrintableRoute, 'method' | 'isMonitored' | 'schemas'>;

/** What the authentication hook needs of a route before its body is read. */
export interface RouteAccess {
  readonly roles: readonly Role[] | undefined;
  readonly takesQuery: boolean;
  readonly takesNdjson: boolean;
  readonly isLimitedByContent: boolean;
}

/** Everything about a route that stands not in its path or at its parameters, said once: for the checks and for the API's description. */
export function Route(description: RouteDescription): MethodDecorator {
  const { roles, status = 200, line, isLimitedByContent = false } = description;
  return (prototype, name, descriptor) => {
    const schemas = schemasOf(prototype, name);
    const route = { ...description, schemas, ...routeOf(descriptor.value) };
    const access: RouteAccess = {
      roles,
      takesQuery: schemas.query !== undefined,
      takesNdjson: line !== undefined,
      isLimitedByContent,
    };
    const decorators = [
      HttpCode(status),
      RouteConfig({ access }),
      ApiOperation(operationOf(route)),
      ...[...responsesOf(route)].map(([code, response]) => ApiResponse({ status: code, ...response })),
    ];
    if (roles !== undefined) decorators.push(Roles(roles));
    applyDecorators(...decorators)(prototype, name, descriptor);
  };
}

/** What Nest's own decorator says, which stands below ours and is so applied before. */
function routeOf(handler: unknown): Pick<PrintableRoute, 'method' | 'isMonitored'> {
  if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) {
    throw new TypeError('@Route() stands above @Get(), @Post() and the like');
  }
  const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
  const path = Reflect.getMetadata(PATH_METADATA, handler) as string;
  return { method, isMonitored: path.startsWith('health/') };
}
