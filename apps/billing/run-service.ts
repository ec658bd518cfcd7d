import path from 'node:path';

import {
  type Configuration,
  ConfigurationError,
  ConfigurationFileError,
  readConfiguration,
} from '@seatledger/configuration';
import { RulesUnusable } from '@seatledger/e-invoice';
import { EventStoreUnavailable } from '@seatledger/event-store';
import { TemplateError } from '@seatledger/invoice-documents';
import { MongoUnavailable } from '@seatledger/mongodb';
import { BadMasterKey, WrongMasterKey } from '@seatledger/personal-data';
import { ReadModelAhead } from '@seatledger/projections';
import { BadSigningKey } from '@seatledger/signing';
import { DatabaseError, endThreads } from '@seatledger/sqlite';

import { PublicUrl } from './http/public-url';
import { KeyFileError } from './infrastructure/api-keys';
import { FIRST_KEYS_PATH } from './infrastructure/authentication.module';
import { DataDirError } from './infrastructure/data-dir';
import { createLog } from './infrastructure/log';
import { createServer } from './server';

/** Runs the service until SIGTERM or SIGINT. Whatever keeps it from starting is one clear message. */
export async function runService(env: NodeJS.ProcessEnv): Promise<void> {
  let config: Configuration | undefined;
  try {
    config = readConfiguration(env);
    await start(config);
  } catch (error) {
    process.stderr.write(`${startFailure(error, config)}\n`);
    await endThreads();
    process.exit(1);
  }
}

/** How long requests under way may take when the service stops, in milliseconds. */
const STOP_TIMEOUT_MS = 10_000;

async function start(config: Configuration): Promise<void> {
  const log = createLog(config.logLevel);
  for (const { given, meant } of config.misspellings) {
    log.warn(`${given} is not a variable of Seatledger, and is not read; perhaps ${meant} is meant`);
  }
  const app = await createServer({ config, log });
  try {
    await app.getHttpAdapter().getInstance().listen({ port: config.port, host: config.host });
  } catch (error) {
    await app.close();
    throw notListening(error as NodeJS.ErrnoException, config);
  }
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    // No more requests first, then the modules, those that others use last. A peer that does not take its answer is not waited for.
    const stopTimeout = setTimeout(() => app.getHttpServer().closeAllConnections(), STOP_TIMEOUT_MS);
    stopTimeout.unref();
    app.close().then(
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
  app.get(PublicUrl).listensOn(port);
  const firstKeys = app.get<string | undefined>(FIRST_KEYS_PATH);
  if (firstKeys !== undefined) {
    process.stdout.write(`API keys were made, one a role, in ${firstKeys}: take them and remove the file\n`);
  }
  process.stdout.write(`Seatledger listens on http://${config.host}:${port}\n`);
}

/** The address cannot be listened on; the message names the variable to change. */
class NotListening extends Error {}

function notListening({ code, message }: NodeJS.ErrnoException, { host, port }: Configuration): NotListening {
  if (code === 'EADDRINUSE') {
    return new NotListening(`${host}:${port} is in use by another process; set PORT to a free one.`);
  }
  if (code === 'EACCES') {
    return new NotListening(`PORT: ${host}:${port} may not be listened on by this user; set it to one above 1023.`);
  }
  return new NotListening(`HOST: ${host} cannot be listened on: ${message}.`);
}

const isIn = (folder: string, file: string): boolean => file === folder || file.startsWith(`${folder}${path.sep}`);

/** One message for the operator who started the service: what is wrong, and what to do. */
function startFailure(error: unknown, config: Configuration | undefined): string {
  if (error instanceof ConfigurationError) {
    return ['Seatledger cannot start:', ...error.faults.map((fault) => `  ${fault}`)].join('\n');
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ConfigurationFileError) return `Seatledger cannot start: ${error.variable}: ${message}`;
  if (error instanceof RulesUnusable) return `Seatledger cannot start: EINVOICE_RULES_DIR: ${message}`;
  if (error instanceof WrongMasterKey || error instanceof BadMasterKey) {
    return `Seatledger cannot start: PERSONAL_DATA_KEY: ${message}`;
  }
  if (error instanceof BadSigningKey) return `Seatledger cannot start: SIGNING_KEY: ${message}`;
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
