import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type BillingEvent, type StoredEvent } from '@seatledger/event-store';
import { type Document, openEmbeddedReadStore } from '@seatledger/read-store';

import { type Projection } from '../runner';
import { UnitOfWork } from '../unit-of-work';

/** The documents of a collection, by id. */
export type Documents = (collection: string) => Promise<ReadonlyMap<string, Document>>;

/**
 * A specification of a projection by example: given these events of a stream, each folded in a batch of its own,
 * then these documents. Folding each a second time changes nothing.
 */
export async function givenEvents(
  projection: Projection,
  stream: string,
  events: readonly BillingEvent[],
  then: (documents: Documents) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'projection-'));
  const store = await openEmbeddedReadStore({ file: path.join(folder, 'documents.db') });
  try {
    for (const collection of projection.collections) await store.ensureCollection(collection);
    const unit = new UnitOfWork(store);
    let checkpoint = 0;
    for (const [revision, event] of events.entries()) {
      for (const position of [revision + 1, revision + 1]) {
        const stored = { event, stream, revision, position } as StoredEvent;
        await unit.prefetch(projection.needs(stored));
        await projection.project(stored, unit);
        const writes = unit.beginCommit();
        await store.commit({
          projection: projection.name,
          expectedCheckpoint: checkpoint,
          checkpoint: checkpoint + 1,
          writes,
        });
        unit.settle();
        checkpoint += 1;
      }
    }
    await then(async (collection) => {
      const found = await store.find(collection, { where: {}, limit: 1000 });
      return new Map(found.map(({ id, document }) => [id, document]));
    });
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
}
