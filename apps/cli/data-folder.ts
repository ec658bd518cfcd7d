import { existsSync } from 'node:fs';
import path from 'node:path';

import { SIGNING_KEY_FILE } from '@seatledger/signing';

import { FIRST_KEYS_FILE } from '../billing/infrastructure/api-keys';

/** Where the data is: DATA_DIR, or what the service takes when it is unset. */
export const dataFolder = (): string => path.resolve(process.env['DATA_DIR']?.trim() || './data');

/** The embedded event store in a data folder. */
export const eventsIn = (folder: string): string => path.join(folder, 'events.db');

/**
 * Files of the data folder that open the personal data, or the API. A backup keeps them apart, as
 * they must not be kept for as long as the rest: see docs/operations.md.
 */
export const KEY_FILES: readonly string[] = [
  'personal-data-keys.db',
  'personal-data.key',
  'api-keys.json',
  SIGNING_KEY_FILE,
];

/**
 * What no backup holds: the browser and its scratch files; snapshots, which may be ahead of a copy;
 * the first keys, which are only there to be taken away.
 */
export const DISPENSABLE: readonly string[] = ['cache', 'snapshots.db', FIRST_KEYS_FILE];

/** In the order in which they must be copied: a read model may lag behind the events, never be ahead. */
export const DATABASES_FIRST: readonly string[] = ['read-models.db', 'events.db'];

export const holdsData = (folder: string): boolean =>
  [...DATABASES_FIRST, ...KEY_FILES].some((name) => existsSync(path.join(folder, name)));
