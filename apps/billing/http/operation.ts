import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { type Type } from '@nestjs/common';
import { type ModulesContainer, Reflector } from '@nestjs/core';

import { type Role } from '@seatledger/configuration';
import { ROLES_KEY } from './auth';

/** A route of the API, as its controller declares it. */
export interface Operation {
  /** Name of the controller's method; names the operation in the API's description. */
  readonly id: string;
  readonly method: string;
  /** With parameters as `:name`. */
  readonly path: string;
  /** Who may call it; undefined: everyone, without a key. */
  readonly roles: readonly Role[] | undefined;
  readonly controller: Type;
  readonly handler: (...parameters: never[]) => unknown;
}

/** Every route that the application's controllers declare. */
export function operationsOf(modules: ModulesContainer): Operation[] {
  const controllers = [...modules.values()].flatMap((module) =>
    [...module.controllers.values()].map(({ metatype }) => metatype),
  );
  return controllers.flatMap((controller) =>
    typeof controller === 'function' ? operationsOfController(controller as Type) : [],
  );
}

function operationsOfController(controller: Type): Operation[] {
  const reflector = new Reflector();
  const prototype = controller.prototype as Record<string, unknown>;
  const found: Operation[] = [];
  for (const id of Object.getOwnPropertyNames(prototype)) {
    const handler = prototype[id];
    if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) continue;
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
    const parts = [controller, handler].map((part) => Reflect.getMetadata(PATH_METADATA, part) as string);
    const path = `/${parts.join('/')}`.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
    const roles = reflector.getAllAndOverride<Role[] | undefined>(ROLES_KEY, [handler, controller]);
    found.push({ id, method, path, roles, controller, handler: handler as Operation['handler'] });
  }
  return found;
}

/** Finds operations as the router names them, and by concrete paths that it did not find. */
export class OperationIndex {
  private readonly byRoute = new Map<string, Operation>();
  private readonly patterns: { readonly method: string; readonly pattern: RegExp }[] = [];

  constructor(operations: readonly Operation[]) {
    for (const operation of operations) {
      const { method, path } = operation;
      this.byRoute.set(`${method} ${path}`, operation);
      const pattern = path
        .split('/')
        .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/\./g, '\\.')))
        .join('/');
      this.patterns.push({ method, pattern: new RegExp(`^${pattern}$`) });
    }
  }

  /** `HEAD` is answered as `GET`, without the body. */
  find(method: string, route: string): Operation | undefined {
    return this.byRoute.get(`${method === 'HEAD' ? 'GET' : method} ${route}`);
  }

  /** The methods that a path has; none when there is nothing at it. */
  methodsOf(path: string): string[] {
    const methods = this.patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)].sort();
  }
}
