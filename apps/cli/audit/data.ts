import { existsSync } from 'node:fs';
import path from 'node:path';

import {
  type DocumentReader,
  type EventHistory,
  type EvidenceKeys,
  historyOf,
  type VerifyParts,
} from '@seatledger/audit';
import { openDocumentFolder, readGridFs } from '@seatledger/blob-store';
import { DomainError } from '@seatledger/domain';
import { EventStoreUnavailable, openEmbeddedHistory } from '@seatledger/event-store';
import { connectMongo, MongoUnavailable } from '@seatledger/mongodb';
import {
  BadMasterKey,
  masterKeyFromFile,
  MongoKeyStore,
  parseMasterKey,
  PersonalData,
  readFileKeyStore,
  WrongMasterKey,
} from '@seatledger/personal-data';
import { Option } from 'commander';

import { openEventStore } from '../../billing/infrastructure/event-store';
import { CliError } from '../cli-error';
import { dataFolder, eventsIn } from '../data-folder';

/** What the service wrote, for reading alone: an auditor needs no running service. */
export interface AuditData {
  readonly history: EventHistory;
  readonly documents: DocumentReader;
  /** What only a file can be asked. */
  readonly embedded?: NonNullable<VerifyParts['embedded']>;
}

/** Options of every audit command. */
export interface DataOptions {
  readonly data?: string;
}

export const dataOption = (): Option =>
  new Option('--data <folder>', 'data folder; by default what DATA_DIR, EVENT_STORE_URL and MONGODB_URL name');

/** Opens the history and the documents for reading alone, and closes them whatever happens. @throws {CliError} */
export async function withData<Result>(
  options: DataOptions,
  use: (data: AuditData) => Promise<Result>,
): Promise<Result> {
  const closing: (() => Promise<void>)[] = [];
  const opened = <Part extends { close(): Promise<void> }>(part: Part): Part => {
    closing.push(() => part.close());
    return part;
  };
  try {
    // A folder that is named is taken whole: it may be a copy of what servers hold.
    const folder = path.resolve(options.data ?? dataFolder());
    const eventStoreUrl = options.data === undefined ? variable('EVENT_STORE_URL') : undefined;
    const mongodbUrl = options.data === undefined ? variable('MONGODB_URL') : undefined;
    const keys = await openKeys(folder, mongodbUrl, opened);
    const events: Omit<AuditData, 'documents'> =
      eventStoreUrl === undefined
        ? await eventsOfFolder(folder, keys, opened)
        : { history: historyOf(opened(await openEventStore({ dataDir: folder, eventStoreUrl })), keys) };
    const documents =
      mongodbUrl === undefined ? await documentsOfFolder(folder) : await documentsOfServer(mongodbUrl, opened);
    return await use({ ...events, documents });
  } catch (error) {
    if (error instanceof DomainError) throw new CliError(`${error.code}: ${error.detail}`);
    if (error instanceof EventStoreUnavailable || error instanceof MongoUnavailable) {
      throw new CliError(error.message);
    }
    throw error;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Has what was opened closed at the end. */
type Opened = <Part extends { close(): Promise<void> }>(part: Part) => Part;

const variable = (name: string): string | undefined => process.env[name]?.trim() || undefined;

/** @throws {CliError} the key is not the one that the personal data was encrypted with */
async function openKeys(folder: string, mongodbUrl: string | undefined, opened: Opened): Promise<EvidenceKeys> {
  const masterKey = await masterKeyIn(folder);
  const file = path.join(folder, 'personal-data-keys.db');
  if (masterKey === undefined || (mongodbUrl === undefined && !existsSync(file))) return NO_KEYS;
  try {
    const store =
      mongodbUrl === undefined ? readFileKeyStore(file) : new MongoKeyStore(await connectMongo({ url: mongodbUrl }));
    return opened(await PersonalData.open({ store, masterKey }));
  } catch (error) {
    if (error instanceof WrongMasterKey) throw new CliError(`PERSONAL_DATA_KEY does not fit: ${error.message}.`);
    if (error instanceof MongoUnavailable) throw new CliError(`MONGODB_URL: ${error.message}`);
    throw error;
  }
}

async function masterKeyIn(folder: string): Promise<Buffer | undefined> {
  const given = variable('PERSONAL_DATA_KEY');
  const file = path.join(folder, 'personal-data.key');
  try {
    if (given !== undefined) return parseMasterKey(given);
    return existsSync(file) ? await masterKeyFromFile(file) : undefined;
  } catch (error) {
    if (error instanceof BadMasterKey) throw new CliError(`PERSONAL_DATA_KEY: ${error.message}`);
    throw error;
  }
}

/** Everything but persons' names is proved without keys, too. */
const NO_KEYS: EvidenceKeys = {
  encrypterFor: () => Promise.reject(new Error('the audit writes nothing')),
  decrypterOf: () => Promise.resolve(() => undefined),
  keysOf: () => Promise.resolve(new Map()),
};

async function eventsOfFolder(
  folder: string,
  keys: EvidenceKeys,
  opened: Opened,
): Promise<Omit<AuditData, 'documents'>> {
  const file = eventsIn(folder);
  if (!existsSync(file)) {
    throw new CliError(
      `${file}: there is no such file. Name the service's data folder, or a copy of it, with --data; ` +
        'or set EVENT_STORE_URL as for the service.',
    );
  }
  const embedded = opened(await openEmbeddedHistory({ file }));
  return { history: historyOf(embedded, keys), embedded };
}

async function documentsOfServer(url: string, opened: Opened): Promise<DocumentReader> {
  try {
    return readGridFs(opened(await connectMongo({ url })));
  } catch (error) {
    if (error instanceof MongoUnavailable) throw new CliError(`MONGODB_URL: ${error.message}`);
    throw error;
  }
}

async function documentsOfFolder(folder: string): Promise<DocumentReader> {
  const documentFolder = path.join(folder, 'documents');
  return existsSync(documentFolder) ? openDocumentFolder({ folder: documentFolder }) : NO_DOCUMENTS;
}

const NO_DOCUMENTS: DocumentReader = {
  get: (sha256) => Promise.reject(new Error(`there is no document ${sha256}: the folder of documents is missing`)),
};
