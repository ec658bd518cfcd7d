import { type TSchema } from '@sinclair/typebox';

import { FORMATS } from '../validation';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

/**
 * Turns the schemas that requests are checked by into JSON Schema 2020-12 as OpenAPI 3.1 has it:
 * formats of our own become patterns, choices of constants `enum`, parameters what they mean, and
 * every schema with a title a component that is referred to.
 */
export class SchemaPrinter {
  readonly components: Record<string, JsonObject> = {};

  print(schema: TSchema): JsonObject {
    const { title } = schema;
    if (title === undefined) return this.inline(schema);
    if (this.components[title] === undefined) {
      this.components[title] = {};
      this.components[title] = this.inline(schema);
    }
    return { $ref: `#/components/schemas/${title}` };
  }

  private inline(schema: TSchema): JsonObject {
    const {
      as,
      pattern,
      format,
      anyOf,
      title: _title,
      rule: _rule,
      ...rest
    } = schema as TSchema & {
      as?: JsonObject;
      pattern?: string;
      format?: string;
      anyOf?: TSchema[];
    };
    const { description } = schema;
    if (as !== undefined) return { ...as, ...(description === undefined ? {} : { description }) };
    const printed: Record<string, Json> = {};
    for (const [key, value] of Object.entries(rest)) printed[key] = this.value(key, value as Json);
    if (pattern !== undefined) printed['pattern'] = pattern;
    if (format !== undefined) Object.assign(printed, FORMATS[format]?.described);
    if (anyOf !== undefined) Object.assign(printed, this.choice(anyOf));
    return printed;
  }

  private value(key: string, value: Json): Json {
    if (key === 'properties' || key === 'patternProperties') {
      const printed = Object.entries(value as unknown as Record<string, TSchema>).map(([name, inner]) => [
        name,
        this.print(inner),
      ]);
      return Object.fromEntries(printed) as JsonObject;
    }
    if (key === 'items') return this.print(value as unknown as TSchema);
    return value;
  }

  private choice(anyOf: readonly TSchema[]): JsonObject {
    const constants = anyOf.map((option) => option['const'] as Json | undefined);
    if (constants.every((constant) => typeof constant === 'string')) return { type: 'string', enum: constants };
    return { anyOf: anyOf.map((option) => this.print(option)) };
  }
}
