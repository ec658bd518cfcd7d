import path from 'node:path';

import { type DatevAccounts } from '@seatledger/exports';
import { parseMasterKey } from '@seatledger/personal-data';
import { parseSigningKey, type SigningKey } from '@seatledger/signing';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';

import { type ConfiguredKey, parseApiKeys } from './api-keys';
import { readDatevAccounts } from './datev-accounts-file';
import { Environment, isDevelopment, type LogLevel, SECRETS } from './environment';
import { readExchangeRates } from './exchange-rates-file';
import { ConfigurationError, faultsOf } from './faults';
import { readSecretFiles } from './secret-files';
import { readSeller, type SellerConfiguration } from './seller-file';
import { type Misspelling, misspellings } from './unknown-variables';

/** The service's configuration, checked before anything is started. */
export interface Configuration {
  readonly host: string;
  readonly port: number;
  /** Where the service is reached, without a slash at its end. */
  readonly publicUrl: string;
  readonly isPublicUrlGiven: boolean;
  /** Only this machine is served. */
  readonly isDevelopment: boolean;
  readonly dataDir: string;
  /** Undefined: the embedded event store. */
  readonly eventStoreUrl: string | undefined;
  /** Undefined: read models and documents are embedded. */
  readonly mongodbUrl: string | undefined;
  readonly smtpUrl: string | undefined;
  /** Undefined: the keys made at the first start. */
  readonly apiKeys: readonly ConfiguredKey[] | undefined;
  /** Undefined: the sample seller. */
  readonly sellerFile: string | undefined;
  readonly seller: SellerConfiguration;
  readonly datevAccounts: DatevAccounts;
  /** Read once already, and again when it changes: see `openExchangeRates`. */
  readonly exchangeRatesFile: string | undefined;
  readonly closingCron: string;
  readonly closingGraceHours: number;
  readonly adjustmentWindowMonths: number;
  readonly deliverFromMonth: string | undefined;
  readonly browser: string | undefined;
  readonly templateDir: string | undefined;
  /** Folder with the official e-invoice rules; undefined: the built-in ones only. */
  readonly einvoiceRulesDir: string | undefined;
  readonly personalDataKey: Buffer | undefined;
  /** Undefined: a key file in the data folder. */
  readonly signingKey: SigningKey | undefined;
  /** Requests a minute and key; callers without one have a hundredth, by address. */
  readonly rateLimitPerMinute: number;
  readonly logLevel: LogLevel;
  /** Variables that are probably ours, misspelt. */
  readonly misspellings: readonly Misspelling[];
}

/**
 * Reads the environment and the files that it names. A variable that is empty counts as unset.
 * @throws {ConfigurationError} naming every variable that is wrong
 * @throws {ConfigurationFileError} naming the file's variable and every field that is wrong
 */
export function readConfiguration(env: NodeJS.ProcessEnv): Configuration {
  const variables = readEnvironment(env);
  return {
    host: variables.HOST,
    port: variables.PORT,
    isPublicUrlGiven: variables.PUBLIC_URL !== undefined,
    publicUrl: (variables.PUBLIC_URL ?? localUrl(variables)).replace(/\/+$/, ''),
    isDevelopment: isDevelopment(variables),
    dataDir: path.resolve(variables.DATA_DIR),
    eventStoreUrl: variables.EVENT_STORE_URL,
    mongodbUrl: variables.MONGODB_URL,
    smtpUrl: variables.SMTP_URL,
    apiKeys: mapped(variables.BILLING_API_KEYS, parseApiKeys),
    sellerFile: mapped(variables.SELLER_FILE, (file) => path.resolve(file)),
    seller: readSeller(variables.SELLER_FILE),
    datevAccounts: readDatevAccounts(variables.DATEV_ACCOUNTS_FILE),
    exchangeRatesFile: mapped(variables.EXCHANGE_RATES_FILE, (file) => {
      readExchangeRates(file);
      return path.resolve(file);
    }),
    closingCron: variables.CLOSING_CRON,
    closingGraceHours: variables.CLOSING_GRACE_HOURS,
    adjustmentWindowMonths: variables.ADJUSTMENT_WINDOW_MONTHS,
    deliverFromMonth: variables.DELIVER_FROM_MONTH,
    browser: mapped(variables.PUPPETEER_EXECUTABLE_PATH, (file) => path.resolve(file)),
    templateDir: mapped(variables.TEMPLATE_DIR, (file) => path.resolve(file)),
    einvoiceRulesDir: mapped(variables.EINVOICE_RULES_DIR, (file) => path.resolve(file)),
    personalDataKey: mapped(variables.PERSONAL_DATA_KEY, parseMasterKey),
    signingKey: mapped(variables.SIGNING_KEY, parseSigningKey),
    rateLimitPerMinute: variables.RATE_LIMIT_PER_MINUTE,
    logLevel: variables.LOG_LEVEL,
    misspellings: misspellings(Object.keys(env), [...names(), ...SECRETS.map((name) => `${name}_FILE`)]),
  };
}

/** The variables alone, checked. @throws {ConfigurationError} */
function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const secrets = readSecretFiles(env);
  const given = names().flatMap((name) => {
    const value = secrets.values.get(name) ?? env[name]?.trim();
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const environment = plainToInstance(Environment, Object.fromEntries(given), { exposeDefaultValues: true });
  const faults = faultsOf(validateSync(environment, { stopAtFirstError: true })).map((fault) => inFile(fault, secrets));
  if (secrets.faults.length + faults.length > 0) throw new ConfigurationError([...secrets.faults, ...faults]);
  return environment;
}

/** A fault of a value that came from a file names the variable that is set. */
function inFile(fault: string, { values }: { values: ReadonlyMap<string, string> }): string {
  const [name = ''] = fault.split(' ', 1);
  return values.has(name) ? fault.replace(name, `${name}_FILE: the file's content`) : fault;
}

const names = (): string[] => {
  const properties = getMetadataStorage().getTargetValidationMetadatas(Environment, '', false, false);
  return [...new Set(properties.map(({ propertyName }) => propertyName))];
};

const localUrl = ({ HOST, PORT }: Environment): string => `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`;

const mapped = <From, To>(value: From | undefined, map: (value: From) => To): To | undefined =>
  value === undefined ? undefined : map(value);
