import { eventStoreContract, openEventStoreDb } from '../../libs/event-store/testing';
import { TestCluster } from '../support/eventstoredb';

for (const offersBatchAppend of [true, false]) {
  eventStoreContract(`EventStoreDB, ${offersBatchAppend ? 'with' : 'without'} batch append,`, async () => {
    const cluster = await TestCluster.start({ offersBatchAppend });
    const open = () => openEventStoreDb({ connectionString: cluster.url, pollInterval: 20 });
    let store = await open();
    return {
      store,
      reopen: async () => {
        await store.close();
        return (store = await open());
      },
      dispose: async () => {
        await store.close();
        await cluster.stop();
      },
    };
  });
}
