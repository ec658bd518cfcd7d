import path from 'node:path';

import { type EventHistory, historyOf } from '@seatledger/audit';
import { type EmbeddedHistory, openEmbeddedHistory } from '@seatledger/event-store';
import { PersonalData, readFileKeyStore } from '@seatledger/personal-data';

import { MASTER_KEY } from './books-on-disk';

export type OpenHistory = EventHistory & Pick<EmbeddedHistory, 'checkIntegrity' | 'lastPositionGiven' | 'close'>;

/** The history of a data folder with its keys, for reading alone; or as it is once all keys are destroyed. */
export async function openHistory(folder: string, { disposed = false } = {}): Promise<OpenHistory> {
  const events = await openEmbeddedHistory({ file: path.join(folder, 'events.db') });
  const store = readFileKeyStore(path.join(folder, 'personal-data-keys.db'));
  const personalData = await PersonalData.open({ store, masterKey: MASTER_KEY });
  const destroyed = {
    encrypterFor: () => Promise.reject(new Error('nothing is written')),
    decrypterOf: () => Promise.resolve(() => undefined),
    keysOf: () => Promise.resolve(new Map<string, Buffer>()),
  };
  return {
    ...historyOf(events, disposed ? destroyed : personalData),
    checkIntegrity: () => events.checkIntegrity(),
    lastPositionGiven: () => events.lastPositionGiven(),
    close: () => Promise.all([events.close(), personalData.close()]).then(() => undefined),
  };
}
