import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';

import { isBillingMonth } from '@seatledger/domain';
import { parseConnectionString } from '@seatledger/event-store';
import { BadMasterKey, parseMasterKey } from '@seatledger/personal-data';
import { validateCronExpression } from 'cron';

export const ROLES = ['product', 'accounting', 'scheduler', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The service's configuration: environment variables, checked before anything is started. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Undefined: the embedded event store. */
  readonly eventStoreUrl: string | undefined;
  /** Undefined: read models and documents are embedded. */
  readonly mongodbUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  /** Undefined: the keys made at the first start. */
  readonly apiKeys: readonly { readonly role: Role; readonly key: string }[] | undefined;
  readonly sellerFile: string | undefined;
  readonly closingCron: string;
  readonly closingGraceHours: number;
  readonly closingLookBackMonths: number;
  readonly deliverFromMonth: string | undefined;
  readonly browser: string | undefined;
  readonly templateDir: string | undefined;
  /** Folder with the official e-invoice rules; undefined: the built-in ones only. */
  readonly einvoiceRulesDir: string | undefined;
  readonly datevAccountsFile: string | undefined;
  readonly personalDataKey: Buffer | undefined;
  /** Requests a minute and key; strangers have a hundredth, by address. */
  readonly rateLimitPerMinute: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** What is wrong with the environment, one line for each variable. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
  }
}

/** @throws {ConfigError} naming every variable that is wrong */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const faults: string[] = [];
  /** A variable's value by its reader; an empty one counts as unset. */
  const read = <T>(name: string, fallback: T, parse: (value: string) => T): T => {
    const value = env[name]?.trim();
    if (value === undefined || value === '') return fallback;
    try {
      return parse(value);
    } catch (error) {
      faults.push(`${name} ${error instanceof Error ? error.message : String(error)}`);
      return fallback;
    }
  };
  const config: Config = {
    host: read('HOST', '127.0.0.1', (value) => value),
    port: read('PORT', 3000, integerBetween(0, 65535)),
    dataDir: path.resolve(read('DATA_DIR', './data', folderOrNew)),
    eventStoreUrl: read<string | undefined>('EVENT_STORE_URL', undefined, eventStoreUrl),
    mongodbUrl: read<string | undefined>('MONGODB_URL', undefined, mongodbUrl),
    smtpUrl: read<string | undefined>('SMTP_URL', undefined, url(['smtp:', 'smtps:'])),
    apiKeys: read<Config['apiKeys']>('BILLING_API_KEYS', undefined, apiKeys),
    sellerFile: read<string | undefined>('SELLER_FILE', undefined, readableFile),
    closingCron: read('CLOSING_CRON', '0 4 * * *', cronExpression),
    closingGraceHours: read('CLOSING_GRACE_HOURS', 2, numberBetween(0, 24 * 31)),
    closingLookBackMonths: read('ADJUSTMENT_WINDOW_MONTHS', 12, integerBetween(0, 120)),
    deliverFromMonth: read<string | undefined>('DELIVER_FROM_MONTH', undefined, billingMonth),
    browser: read<string | undefined>('PUPPETEER_EXECUTABLE_PATH', undefined, executableFile),
    templateDir: read<string | undefined>('TEMPLATE_DIR', undefined, existingFolder),
    einvoiceRulesDir: read<string | undefined>('EINVOICE_RULES_DIR', undefined, existingFolder),
    datevAccountsFile: read<string | undefined>('DATEV_ACCOUNTS_FILE', undefined, readableFile),
    personalDataKey: read<Buffer | undefined>('PERSONAL_DATA_KEY', undefined, masterKey),
    rateLimitPerMinute: read('RATE_LIMIT_PER_MINUTE', 600_000, integerBetween(1, 1_000_000_000)),
    logLevel: read('LOG_LEVEL', 'info', logLevel),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

/** A value that is wrong: the text goes on after the variable's name. */
const wrong = (what: string, value: string): Error => new Error(`${what}, not "${value}"`);

const numberBetween =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    if (Number.isFinite(number) && number >= min && number <= max) return number;
    throw wrong(`must be a number from ${min} to ${max}`, value);
  };

const integerBetween =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    // Digits only: nobody means 1000 by 1e3.
    if (/^\d+$/.test(value) && number >= min && number <= max) return number;
    throw wrong(`must be a whole number from ${min} to ${max}`, value);
  };

const url =
  (protocols: readonly string[]) =>
  (value: string): string => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (parsed !== undefined && protocols.includes(parsed.protocol) && parsed.hostname !== '') {
      return value;
    }
    // The value may hold a password: it is not repeated.
    throw new Error(`must be a URL such as ${protocols[0]}//host:port`);
  };

function eventStoreUrl(value: string): string {
  parseConnectionString(value);
  return value;
}

/** May name several hosts, which no general reader of URLs takes; the driver tells the rest. */
function mongodbUrl(value: string): string {
  if (/^mongodb(\+srv)?:\/\/[^/?]+/.test(value)) return value;
  // The value may hold a password: it is not repeated.
  throw new Error('must be a URL such as mongodb://host:27017/seatledger?replicaSet=rs0');
}

function apiKeys(value: string): { role: Role; key: string }[] {
  const roles = new Map<string, Role>();
  return value.split(',').map((entry) => {
    const colon = entry.indexOf(':');
    const role = ROLES.find((known) => known === entry.slice(0, colon).trim());
    const key = entry.slice(colon + 1).trim();
    if (colon === -1 || role === undefined || key === '') {
      throw new Error(`must be ROLE:KEY,ROLE:KEY with the roles ${ROLES.join(', ')}`);
    }
    // A key is found by its hash, once: the other role would be silently without one.
    const other = roles.get(key);
    if (other !== undefined && other !== role) {
      throw new Error(`must be a key of its own for each role, but ${other} and ${role} have the same`);
    }
    roles.set(key, role);
    return { role, key };
  });
}

function readableFile(value: string): string {
  try {
    accessSync(value, constants.R_OK);
    if (!statSync(value).isDirectory()) return path.resolve(value);
  } catch {
    // Told below.
  }
  throw wrong('must be a file that can be read', value);
}

function executableFile(value: string): string {
  try {
    accessSync(value, constants.X_OK);
    if (statSync(value).isFile()) return path.resolve(value);
  } catch {
    // Told below.
  }
  throw wrong('must be an executable browser, such as /usr/bin/chromium', value);
}

function existingFolder(value: string): string {
  if (existsSync(value) && statSync(value).isDirectory()) return path.resolve(value);
  throw wrong('must be a folder', value);
}

function folderOrNew(value: string): string {
  let existing = path.resolve(value);
  while (!existsSync(existing) && path.dirname(existing) !== existing) existing = path.dirname(existing);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
    if (statSync(existing).isDirectory()) return value;
  } catch {
    // Told below.
  }
  throw wrong('must be a folder that can be written to, or a new one in such a folder', value);
}

function cronExpression(value: string): string {
  if (validateCronExpression(value).valid) return value;
  throw wrong('must be a cron expression such as 0 4 * * *', value);
}

function billingMonth(value: string): string {
  if (isBillingMonth(value)) return value;
  throw wrong('must be a month such as 2026-03', value);
}

function masterKey(value: string): Buffer {
  try {
    return parseMasterKey(value);
  } catch (error) {
    if (error instanceof BadMasterKey) throw new Error(error.message, { cause: error });
    throw error;
  }
}

function logLevel(value: string): Config['logLevel'] {
  const level = LOG_LEVELS.find((known) => known === value);
  if (level !== undefined) return level;
  throw wrong(`must be one of ${LOG_LEVELS.join(', ')}`, value);
}
