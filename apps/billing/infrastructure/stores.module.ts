import path from 'node:path';

import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type DocumentStore, openDocumentFolder, openGridFs } from '@seatledger/blob-store';
import { type Configuration, configuration } from '@seatledger/configuration';
import { type EventStorage, EventStore } from '@seatledger/event-store';
import { connectMongo } from '@seatledger/mongodb';
import {
  type KeyStore,
  masterKeyFromFile,
  MongoKeyStore,
  openFileKeyStore,
  PersonalData,
} from '@seatledger/personal-data';
import { openEmbeddedReadStore, openMongoReadStore, type ReadStore } from '@seatledger/read-store';
import { type Logger } from 'pino';

import { CLOCK, type Clock } from './clock';
import { makeDataDir } from './data-dir';
import { openEventStore } from './event-store';
import { LOG } from './log';
import { Metrics } from './metrics';

/** The data folder; it is there when this is injected. */
export const DATA_DIR = Symbol('data folder');
/** Documents of the read models as they are stored, whichever version of them is answered from. */
export const STORED_DOCUMENTS = Symbol('stored documents');
/** Files by their SHA-256. */
export const BLOB_STORE = Symbol('blob store');

const EVENT_STORAGE = Symbol('event storage');
const STORES = Symbol('stores');

interface Stores {
  readonly readStore: ReadStore;
  readonly blobs: DocumentStore;
}

/** Where everything is kept: events, read models, files and the keys of personal data. */
@Module({
  providers: [
    {
      provide: DATA_DIR,
      inject: [configuration.KEY, LOG],
      async useFactory({ dataDir }: Configuration, log: Logger) {
        await makeDataDir(dataDir, (warning) => log.warn(warning));
        return dataDir;
      },
    },
    {
      provide: EVENT_STORAGE,
      inject: [configuration.KEY, DATA_DIR],
      useFactory: (config: Configuration) => openEventStore(config),
    },
    {
      provide: EventStore,
      inject: [EVENT_STORAGE, CLOCK, PersonalData, Metrics],
      useFactory: (storage: EventStorage, clock: Clock, personalData: PersonalData, metrics: Metrics) =>
        new EventStore(storage, clock, personalData, (timing) => metrics.append(timing)),
    },
    {
      provide: STORES,
      inject: [configuration.KEY, DATA_DIR],
      useFactory: ({ mongodbUrl, dataDir }: Configuration) =>
        mongodbUrl === undefined ? embeddedStores(dataDir) : mongoStores(mongodbUrl),
    },
    { provide: STORED_DOCUMENTS, inject: [STORES], useFactory: ({ readStore }: Stores) => readStore },
    { provide: BLOB_STORE, inject: [STORES], useFactory: ({ blobs }: Stores) => blobs },
    {
      provide: PersonalData,
      inject: [configuration.KEY, DATA_DIR],
      useFactory: async ({ personalDataKey, mongodbUrl }: Configuration, dataDir: string) =>
        PersonalData.open({
          store: await openKeyStore(mongodbUrl, dataDir),
          masterKey: personalDataKey ?? (await masterKeyFromFile(path.join(dataDir, 'personal-data.key'))),
        }),
    },
  ],
  exports: [DATA_DIR, EventStore, STORED_DOCUMENTS, BLOB_STORE, PersonalData],
})
export class StoresModule implements OnApplicationShutdown {
  constructor(
    private readonly eventStore: EventStore,
    private readonly personalData: PersonalData,
    @Inject(STORED_DOCUMENTS) private readonly documents: ReadStore,
  ) {}

  /** The last of all: whatever uses the stores has ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.documents.close();
    await this.personalData.close();
    await this.eventStore.storage.close();
  }
}

async function embeddedStores(dataDir: string): Promise<Stores> {
  return {
    readStore: await openEmbeddedReadStore({ file: path.join(dataDir, 'read-models.db') }),
    blobs: await openDocumentFolder({ folder: path.join(dataDir, 'documents') }),
  };
}

/** Where every host that shares the read models finds the same keys. */
async function openKeyStore(mongodbUrl: string | undefined, dataDir: string): Promise<KeyStore> {
  if (mongodbUrl !== undefined) return new MongoKeyStore(await connectMongo({ url: mongodbUrl }));
  return openFileKeyStore({ file: path.join(dataDir, 'personal-data-keys.db') });
}

async function mongoStores(url: string): Promise<Stores> {
  const connection = await connectMongo({ url });
  try {
    return { readStore: await openMongoReadStore(connection), blobs: await openGridFs(connection) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
