import path from 'node:path';

import { type Configuration } from '@seatledger/configuration';
import {
  BadConnectionString,
  type EventStorage,
  EventStoreUnavailable,
  openEmbeddedEventStore,
  openEventStoreDb,
} from '@seatledger/event-store';

/**
 * Opens the event store that the configuration names.
 * @throws {EventStoreUnavailable} naming the variable, or the file, and what is wrong with it
 */
export async function openEventStore({
  dataDir,
  eventStoreUrl,
}: Pick<Configuration, 'dataDir' | 'eventStoreUrl'>): Promise<EventStorage> {
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
