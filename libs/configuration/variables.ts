import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';

import { applyDecorators } from '@nestjs/common';
import { isBillingMonth } from '@seatledger/domain';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsNumber, IsOptional, Max, Min, ValidateBy, type ValidationArguments } from 'class-validator';
import { validateCronExpression } from 'cron';

/** What class-validator lacks for environment variables: each message goes on after the variable's name. */

const quoted = 'not "$value"';

/** Digits only: nobody means 1000 by 1e3. */
export const WholeNumber = (min: number, max: number): PropertyDecorator => {
  const message = `must be a whole number from ${min} to ${max}, ${quoted}`;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value,
    ),
    IsInt({ message }),
    Min(min, { message }),
    Max(max, { message }),
  );
};

export const DecimalNumber = (min: number, max: number): PropertyDecorator => {
  const message = `must be a number from ${min} to ${max}, ${quoted}`;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value,
    ),
    IsNumber({}, { message }),
    Min(min, { message }),
    Max(max, { message }),
  );
};

export const OneOf = (values: readonly string[]): PropertyDecorator =>
  IsIn(values, { message: `must be one of ${values.join(', ')}, ${quoted}` });

/** A check by a function that says what is wrong, or nothing. */
const Checked = (
  name: string,
  fault: (value: string, environment: object) => string | undefined,
  isRequired = false,
): PropertyDecorator => {
  const faultOf = (value: unknown, { object }: ValidationArguments): string | undefined =>
    typeof value === 'string' ? fault(value, object) : 'must be text';
  const check = ValidateBy({
    name,
    validator: {
      validate: (value: unknown, given) => given !== undefined && faultOf(value, given) === undefined,
      defaultMessage: (given) => (given === undefined ? '' : (faultOf(given.value, given) ?? '')),
    },
  });
  return isRequired ? check : applyDecorators(IsOptional(), check);
};

/** A text that a reader of ours takes; what the reader throws says what is wrong. */
export const ReadBy = (read: (value: string, environment: object) => unknown): PropertyDecorator =>
  Checked('readBy', (value, environment) => {
    try {
      read(value, environment);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });

/** The value may hold a password: it is not repeated. */
export const UrlOf = (protocols: readonly string[], example: string): PropertyDecorator =>
  Checked('urlOf', (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    const isRight = parsed !== undefined && protocols.includes(parsed.protocol) && parsed.hostname !== '';
    return isRight ? undefined : `must be a URL such as ${example}`;
  });

/** May name several hosts, which no general reader of URLs takes; the driver says the rest. */
export const MongoUrl = (): PropertyDecorator =>
  Checked('mongoUrl', (value) =>
    /^mongodb(\+srv)?:\/\/[^/?]+/.test(value)
      ? undefined
      : 'must be a URL such as mongodb://host:27017/seatledger?replicaSet=rs0',
  );

export const CronExpression = (): PropertyDecorator =>
  Checked('cron', (value) =>
    validateCronExpression(value).valid ? undefined : `must be a cron expression such as 0 4 * * *, not "${value}"`,
  );

export const Month = (): PropertyDecorator =>
  Checked('month', (value) => (isBillingMonth(value) ? undefined : `must be a month such as 2026-03, not "${value}"`));

export const ReadableFile = (): PropertyDecorator =>
  Checked('readableFile', (value) =>
    isFile(value, constants.R_OK) ? undefined : `must be a file that can be read, not "${value}"`,
  );

export const ExecutableFile = (example: string): PropertyDecorator =>
  Checked('executableFile', (value) =>
    isFile(value, constants.X_OK) ? undefined : `must be an executable such as ${example}, not "${value}"`,
  );

export const Folder = (): PropertyDecorator =>
  Checked('folder', (value) =>
    existsSync(value) && statSync(value).isDirectory() ? undefined : `must be a folder, not "${value}"`,
  );

/** A folder to write to, or one that can be made. */
export const WritableFolder = (): PropertyDecorator =>
  Checked(
    'writableFolder',
    (value) =>
      isWritable(firstExisting(path.resolve(value)))
        ? undefined
        : `must be a folder that can be written to, or a new one in such a folder, not "${value}"`,
    true,
  );

function isFile(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return !statSync(file).isDirectory();
  } catch {
    return false;
  }
}

function firstExisting(folder: string): string {
  let existing = folder;
  while (!existsSync(existing) && path.dirname(existing) !== existing) existing = path.dirname(existing);
  return existing;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
