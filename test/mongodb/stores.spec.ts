/** The stores on MongoDB must do what every store must do. */
import { connectMongo } from '@seatledger/mongodb';
import { MongoKeyStore } from '@seatledger/personal-data';
import { Binary } from 'mongodb';

import { documentStoreContract } from '../../libs/blob-store/testing';
import { keyStoreContract } from '../../libs/personal-data/testing';
import { readStoreContract } from '../../libs/read-store/testing';
import { databaseInProcess, databaseOn, REAL_SERVER, type TestDatabase } from '../support/mongodb/databases';
import { openMongoStores } from '../support/mongodb/stores';

function storesOn(name: string, openDatabase: () => Promise<TestDatabase>): void {
  describe('keys', () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await openDatabase();
    });
    afterAll(() => database.dispose());
    keyStoreContract(name, async () => new MongoKeyStore(await connectMongo({ url: database.url })));
  });

  readStoreContract(name, async () => {
    const { url, dispose } = await openDatabase();
    let { readStore } = await openMongoStores({ url });
    return {
      store: readStore,
      reopen: async () => {
        await readStore.close();
        return ({ readStore } = await openMongoStores({ url })).readStore;
      },
      dispose: async () => {
        await readStore.close();
        await dispose();
      },
    };
  });

  documentStoreContract(name, async () => {
    const { url, client, dispose } = await openDatabase();
    const { readStore, documents } = await openMongoStores({ url });
    const files = client.db().collection('documents.files');
    const chunks = client.db().collection<{ files_id: unknown; n: number; data: Binary }>('documents.chunks');
    return {
      store: documents,
      damage: async (sha256) => {
        const file = await files.findOne({ filename: sha256 });
        const chunk = await chunks.findOne({ files_id: file?._id, n: 0 });
        const data = Buffer.from(chunk!.data.buffer);
        data.writeUInt8(data.readUInt8(0) ^ 1);
        await chunks.updateOne({ _id: chunk!._id }, { $set: { data: new Binary(data) } });
      },
      copies: async (sha256) => {
        const ids = (await files.find().toArray()).map(({ _id }) => _id.toHexString());
        const all = await chunks.find({}, { projection: { files_id: 1 } }).toArray();
        // Bytes that belong to no document count as a copy left behind.
        const strays = all.filter(({ files_id: id }) => !ids.includes(String(id))).length;
        return (await files.countDocuments({ filename: sha256 })) + strays;
      },
      dispose: async () => {
        await readStore.close();
        await dispose();
      },
    };
  });
}

storesOn('MongoDB (a server inside the test)', databaseInProcess);

const realServer = REAL_SERVER;
if (realServer === undefined) {
  it.skip('MongoDB on a real server: set TEST_MONGODB_URL, such as mongodb://127.0.0.1:27017/?replicaSet=rs0', () =>
    undefined);
} else {
  storesOn('MongoDB (a real server)', () => databaseOn(realServer));
}
