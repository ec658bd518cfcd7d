import path from 'node:path';

import {
  BadConnectionString,
  type EventStorage,
  EventStoreUnavailable,
  openEmbeddedEventStore,
  openEventStoreDb,
} from '@seatledger/event-store';

import { type Config } from './config';

/**
 * Opens the event store that the configuration names.
 * @throws {EventStoreUnavailable} naming the variable, or the file, and what is wrong with it
 */
export async function openEventStore({
  dataDir,
  eventStoreUrl,
}: Pick<Config, 'dataDir' | 'eventStoreUrl'>): Promise<EventStorage> {
  if (eventStoreUrl === undefined) return openEmbeddedEventStore({ file: path.join(dataDir, 'events.db') });
  try {
    return await openEventStoreDb({ connectionString: eventStoreUrl });
  } catch (error) {
    if (error instanceof EventStoreUnavailable || error instanceof BadConnectionString) {
      throw new EventStoreUnavailable(`EVENT_STORE_URL: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
