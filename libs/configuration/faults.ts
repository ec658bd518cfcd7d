import { type ValidationError } from 'class-validator';

/** What is wrong with the environment, one line for each variable. */
export class ConfigurationError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigurationError';
  }
}

/** A file that the environment names is not as it must be: `variable` is the one to look at. */
export class ConfigurationFileError extends Error {
  constructor(
    readonly variable: string,
    message: string,
  ) {
    super(message);
    this.name = 'ConfigurationFileError';
  }
}

/** What class-validator found, one line a property, each beginning with the property's path. */
export function faultsOf(errors: readonly ValidationError[], parent = ''): string[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const path = parent === '' ? property : `${parent}.${property}`;
    const [message] = Object.values(constraints);
    return [...(message === undefined ? [] : [`${path} ${message}`]), ...faultsOf(children, path)];
  });
}
