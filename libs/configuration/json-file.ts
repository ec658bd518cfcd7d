import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

import { ConfigurationFileError, faultsOf } from './faults';

/**
 * The content of a JSON file, checked by a class with class-validator's decorators.
 * @throws {ConfigurationFileError} naming every field that is wrong, or that there is not
 */
export function parseFile<Content extends object>(
  variable: string,
  file: string,
  text: string,
  type: new () => Content,
): Content {
  const parsed = parseJson(variable, file, text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ConfigurationFileError(variable, `${file}: must be an object`);
  }
  const content = plainToInstance(type, parsed);
  const errors = validateSync(content, { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true });
  const faults = faultsOf(errors).map((fault) =>
    fault.replace(/property \S+ should not exist$/, 'is not a known field'),
  );
  if (faults.length === 0) return content;
  throw new ConfigurationFileError(variable, `${file}: ${faults.join('; ')}`);
}

/** @throws {ConfigurationFileError} it is not JSON */
export function parseJson(variable: string, file: string, text: string): unknown {
  try {
    // Some editors begin a file with a byte order mark, which is no JSON.
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new ConfigurationFileError(variable, `${file} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}
