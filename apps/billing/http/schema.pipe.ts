import { type PipeTransform } from '@nestjs/common';
import { type Static, type TSchema } from '@sinclair/typebox';

import { parse } from './validation';

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

/** Whether an object must have something: then it cannot be left out. */
export const hasRequired = (schema: TSchema): boolean =>
  ((schema['required'] as readonly string[] | undefined) ?? []).length > 0 || schema['minProperties'] !== undefined;
