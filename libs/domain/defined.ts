type Optional<Properties> = {
  [Name in keyof Properties]: undefined extends Properties[Name] ? Name : never;
}[keyof Properties];

/** What may be undefined in `Properties` is an optional property here, the rest is as it was. */
export type Defined<Properties> = Omit<Properties, Optional<Properties> & PropertyKey> & {
  [Name in Optional<Properties>]?: Exclude<Properties[Name], undefined>;
};

/** The object without its undefined properties: an optional property is absent, never undefined. */
export function defined<Properties extends object>(properties: Properties): Defined<Properties> {
  const result: Partial<Properties> = {};
  for (const name in properties) {
    if (properties[name] !== undefined) result[name] = properties[name];
  }
  return result as Defined<Properties>;
}
