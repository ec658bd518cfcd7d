import { MongoUnavailable } from '@seatledger/mongodb';
import path from 'node:path';

import { RulesUnusable } from '@seatledger/e-invoice';
import { TemplateError } from '@seatledger/invoice-documents';
import { EventStoreUnavailable } from '@seatledger/event-store';
import { BadMasterKey, WrongMasterKey } from '@seatledger/personal-data';
import { ReadModelAhead } from '@seatledger/projections';
import { DatabaseError } from '@seatledger/sqlite';

import { KeyFileError, loadApiKeys } from './platform/api-keys';
import { type Config, ConfigError, readConfig } from './platform/config';
import { DataDirError } from './platform/data-dir';
import { DatevAccountsError, readDatevAccounts } from './platform/datev-accounts';
import { createLog } from './platform/log';
import { openPlatform } from './platform/platform';
import { readSeller, SellerError } from './platform/seller';
import { createServer } from './server';

/** Runs the service until SIGTERM or SIGINT. Whatever keeps it from starting is one clear message. */
export async function runService(env: NodeJS.ProcessEnv): Promise<void> {
  let config: Config | undefined;
  try {
    config = readConfig(env);
    await start(config);
  } catch (error) {
    process.stderr.write(`${startFailure(error, config)}\n`);
    process.exit(1);
  }
}

/** How long requests under way may take when the service stops, in milliseconds. */
const STOP_PATIENCE = 10_000;

async function start(config: Config): Promise<void> {
  const log = createLog(config.logLevel);
  const seller = readSeller(config.sellerFile);
  const datevAccounts = readDatevAccounts(config.datevAccountsFile);
  const platform = await openPlatform({ config, seller, datevAccounts, log });
  const keyFile = path.join(config.dataDir, 'api-keys.json');
  const { keys, made } = await loadApiKeys(config.apiKeys, keyFile, (error) => {
    log.error({ err: error }, 'the key file cannot be used; its keys are refused');
  });
  const app = await createServer(platform, keys, log);
  try {
    await app.getHttpAdapter().getInstance().listen({ port: config.port, host: config.host });
  } catch (error) {
    await platform.close();
    throw notListening(error as NodeJS.ErrnoException, config);
  }
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    // First no more requests, then what they set off, then the stores. Who does not take the answer is not waited for.
    const impatience = setTimeout(() => app.getHttpServer().closeAllConnections(), STOP_PATIENCE);
    impatience.unref();
    void app
      .close()
      .then(() => platform.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.fatal({ err: error }, 'the stop failed; the next start goes on from what is recorded');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));

  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  for (const { role, key } of made) {
    process.stdout.write(`API key made for ${role}, shown only this once: ${key}\n`);
  }
  process.stdout.write(`Seatledger listens on http://${config.host}:${port}\n`);
  await platform.startWorking();
}

/** The address cannot be listened on; the message names the variable to change. */
class NotListening extends Error {}

function notListening({ code, message }: NodeJS.ErrnoException, { host, port }: Config): NotListening {
  if (code === 'EADDRINUSE') {
    return new NotListening(`${host}:${port} is in use by another process; set PORT to a free one.`);
  }
  if (code === 'EACCES') {
    return new NotListening(`PORT: ${host}:${port} may not be listened on by this user; set it to one above 1023.`);
  }
  return new NotListening(`HOST: ${host} cannot be listened on: ${message}.`);
}

const isIn = (folder: string, file: string): boolean => file === folder || file.startsWith(`${folder}${path.sep}`);

/** One message for whoever started the service: what is wrong, and what to do. */
function startFailure(error: unknown, config: Config | undefined): string {
  if (error instanceof ConfigError) {
    return ['Seatledger cannot start:', ...error.faults.map((fault) => `  ${fault}`)].join('\n');
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SellerError) return `Seatledger cannot start: SELLER_FILE: ${message}`;
  if (error instanceof DatevAccountsError) return `Seatledger cannot start: DATEV_ACCOUNTS_FILE: ${message}`;
  if (error instanceof RulesUnusable) return `Seatledger cannot start: EINVOICE_RULES_DIR: ${message}`;
  if (error instanceof WrongMasterKey || error instanceof BadMasterKey) {
    return `Seatledger cannot start: PERSONAL_DATA_KEY: ${message}`;
  }
  if (error instanceof MongoUnavailable) return `Seatledger cannot start: MONGODB_URL: ${message}`;
  if (error instanceof TemplateError) return `Seatledger cannot start: TEMPLATE_DIR: ${message}`;
  if (error instanceof DataDirError) return `Seatledger cannot start: DATA_DIR: ${message}`;
  const inside = error instanceof EventStoreUnavailable ? error.cause : error;
  if (inside instanceof DatabaseError && (inside.fault === 'cannot-open' || inside.fault === 'read-only')) {
    // Such a file is mostly right, and its folder wrong.
    return `Seatledger cannot start: DATA_DIR: ${message}`;
  }
  const clear = [KeyFileError, DatabaseError, EventStoreUnavailable, ReadModelAhead];
  if (clear.some((known) => error instanceof known)) return `Seatledger cannot start: ${message}`;
  if (error instanceof NotListening) return `Seatledger cannot start: ${message}`;
  const { code, path: file } = (error ?? {}) as NodeJS.ErrnoException;
  if (file !== undefined && config !== undefined && isIn(config.dataDir, file)) {
    return `Seatledger cannot start: DATA_DIR: ${message}`;
  }
  if (code === 'EACCES') return `Seatledger cannot start: ${message}`;
  const stack = error instanceof Error ? error.stack : undefined;
  return `Seatledger cannot start: ${stack ?? message}`;
}
