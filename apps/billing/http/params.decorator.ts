import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type TObject, type TSchema } from '@sinclair/typebox';
import { type FastifyRequest } from 'fastify';

import { QueryPipe, SchemaPipe } from './schema.pipe';

/** The schemas that a route's method takes its parameters by. */
export interface RouteSchemas {
  readonly path?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
}

const SCHEMAS = Symbol('schemas of a route');

/** What the parameters of a controller's method are checked by. */
export const schemasOf = (prototype: object, method: string | symbol): RouteSchemas =>
  (Reflect.getMetadata(SCHEMAS, prototype, method) as RouteSchemas | undefined) ?? {};

const requestOf = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();

const FromPath = createParamDecorator((_: unknown, context) => requestOf(context).params);
const FromQuery = createParamDecorator((_: unknown, context) => requestOf(context).query);
const FromBody = createParamDecorator((_: unknown, context) => requestOf(context).body);

/** The parameters of the path, as the schema says. */
export const Path = (schema: TObject): ParameterDecorator =>
  noted({ path: schema }, FromPath(new SchemaPipe(schema, '')));
/** The parameters of the query: all of them; others are refused. */
export const Query = (schema: TObject): ParameterDecorator =>
  noted({ query: schema }, FromQuery(new QueryPipe(schema)));
/** The body; one that requires nothing may be left out. */
export const Body = (schema: TSchema): ParameterDecorator =>
  noted({ body: schema }, FromBody(new SchemaPipe(schema, '')));
/** The body as it came in, for a route that checks it by itself; described by the schema. */
export const RawBody = (schema: TSchema): ParameterDecorator => noted({ body: schema }, FromBody());

/** Parameters come before their method's decorators, which read here what they are. */
function noted(schemas: RouteSchemas, decorate: ParameterDecorator): ParameterDecorator {
  return (prototype, method, index) => {
    if (method === undefined) throw new TypeError('a parameter of a method is wanted');
    Reflect.defineMetadata(SCHEMAS, { ...schemasOf(prototype, method), ...schemas }, prototype, method);
    decorate(prototype, method, index);
  };
}
