import { type PipeTransform } from '@nestjs/common';
import { type Static, type TObject, type TSchema } from '@sinclair/typebox';

import { InvalidRequest, parse } from './validation';

/** Checks a part of the request by its schema, compiled once. @throws {InvalidRequest} naming each fault */
export class SchemaPipe<S extends TSchema> implements PipeTransform<unknown, Static<S>> {
  private readonly isOptional: boolean;

  /** @param under the JSON pointer of this part of the request */
  constructor(
    private readonly schema: S,
    private readonly under: string,
  ) {
    this.isOptional = !hasRequired(schema);
  }

  transform(value: unknown): Static<S> {
    return parse(this.schema, value === undefined && this.isOptional ? {} : value, this.under);
  }
}

/** Checks the parameters of a query. One that may be repeated is a list, however often it is given. */
export class QueryPipe<S extends TObject> implements PipeTransform<unknown, Static<S>> {
  private readonly checked: SchemaPipe<S>;
  private readonly repeated: ReadonlySet<string>;

  constructor(schema: S) {
    this.checked = new SchemaPipe(schema, '/query');
    const lists = Object.entries<TSchema>(schema.properties).filter(([, { type }]) => type === 'array');
    this.repeated = new Set(lists.map(([name]) => name));
  }

  transform(value: unknown): Static<S> {
    const given = Object.entries((value ?? {}) as Readonly<Record<string, unknown>>);
    const single = new Set(given.filter(([name, one]) => this.repeated.has(name) && !Array.isArray(one)).map(nameOf));
    try {
      return this.checked.transform(
        Object.fromEntries(given.map(([name, one]) => [name, single.has(name) ? [one] : one])),
      );
    } catch (error) {
      if (!(error instanceof InvalidRequest)) throw error;
      // What was given once is named as it was given.
      throw new InvalidRequest(
        error.faults.map(({ path, message }) => {
          const [, name = ''] = /^\/query\/(\w+)\/0$/.exec(path) ?? [];
          return { path: single.has(name) ? `/query/${name}` : path, message };
        }),
      );
    }
  }
}

const nameOf = ([name]: readonly [string, unknown]): string => name;

/** Whether an object must have something: then it cannot be left out. */
export const hasRequired = (schema: TSchema): boolean =>
  ((schema['required'] as readonly string[] | undefined) ?? []).length > 0 || schema['minProperties'] !== undefined;
