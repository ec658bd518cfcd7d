import { parseConnectionString } from '@seatledger/event-store';
import { parseMasterKey } from '@seatledger/personal-data';
import { parseSigningKey } from '@seatledger/signing';
import { IsOptional, IsString } from 'class-validator';

import { isLoopback, refuseShortKeys } from './api-keys';
import {
  CronExpression,
  DecimalNumber,
  ExecutableFile,
  Folder,
  MongoUrl,
  Month,
  OneOf,
  ReadableFile,
  ReadBy,
  UrlOf,
  WholeNumber,
  WritableFolder,
} from './variables';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The variables whose value may come from a file, named by the same variable with `_FILE`. */
export const SECRETS = [
  'BILLING_API_KEYS',
  'PERSONAL_DATA_KEY',
  'SMTP_URL',
  'MONGODB_URL',
  'EVENT_STORE_URL',
  'SIGNING_KEY',
] as const;

/** The environment variables, by their names; a property without a value here is unset by default. */
export class Environment {
  @IsString()
  HOST: string = '127.0.0.1';

  @WholeNumber(0, 65_535)
  PORT: number = 3000;

  /** Where people and receivers reach the service. */
  @IsOptional()
  @UrlOf(['http:', 'https:'], 'https://billing.example')
  PUBLIC_URL?: string;

  @WritableFolder()
  DATA_DIR: string = './data';

  @ReadBy(parseConnectionString)
  EVENT_STORE_URL?: string;

  @MongoUrl()
  MONGODB_URL?: string;

  @UrlOf(['smtp:', 'smtps:'], 'smtp://host:port')
  SMTP_URL?: string;

  @ReadBy((value, environment) => refuseShortKeys(value, isDevelopment(environment)))
  BILLING_API_KEYS?: string;

  @ReadableFile()
  SELLER_FILE?: string;

  @ReadableFile()
  DATEV_ACCOUNTS_FILE?: string;

  @ReadableFile()
  EXCHANGE_RATES_FILE?: string;

  @CronExpression()
  CLOSING_CRON: string = '0 4 * * *';

  @DecimalNumber(0, 24 * 31)
  CLOSING_GRACE_HOURS: number = 2;

  @WholeNumber(0, 120)
  ADJUSTMENT_WINDOW_MONTHS: number = 12;

  @Month()
  DELIVER_FROM_MONTH?: string;

  @ExecutableFile('/usr/bin/chromium')
  PUPPETEER_EXECUTABLE_PATH?: string;

  @Folder()
  TEMPLATE_DIR?: string;

  @Folder()
  EINVOICE_RULES_DIR?: string;

  @ReadBy(parseMasterKey)
  PERSONAL_DATA_KEY?: string;

  @ReadBy(parseSigningKey)
  SIGNING_KEY?: string;

  @WholeNumber(1, 1_000_000_000)
  RATE_LIMIT_PER_MINUTE: number = 600_000;

  @OneOf(LOG_LEVELS)
  LOG_LEVEL: LogLevel = 'info';
}

/** Nobody but this machine is served: there short keys do no harm. */
export function isDevelopment(environment: object): boolean {
  const { HOST, PUBLIC_URL } = environment as Pick<Environment, 'HOST' | 'PUBLIC_URL'>;
  if (!isLoopback(HOST)) return false;
  return PUBLIC_URL === undefined || (URL.canParse(PUBLIC_URL) && isLoopback(new URL(PUBLIC_URL).hostname));
}
