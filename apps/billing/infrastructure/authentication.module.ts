import path from 'node:path';

import { Module } from '@nestjs/common';
import { type Configuration, configuration } from '@seatledger/configuration';
import { openSigningKeys } from '@seatledger/signing';
import { type Logger } from 'pino';

import { ApiKeys, loadApiKeys } from './api-keys';
import { CLOCK, type Clock } from './clock';
import { LOG } from './log';
import { DATA_DIR, StoresModule } from './stores.module';

type LoadedKeys = Awaited<ReturnType<typeof loadApiKeys>>;
const LOADED_KEYS = Symbol('loaded keys');

/** Where the keys are that a first start made; undefined when this start made none. */
export const FIRST_KEYS_PATH = Symbol('path of the first keys');
/** What this installation signs with, and what it ever signed with. */
export const SIGNING_KEYS = Symbol('signing keys');

/** The keys that are let in, and the key that signs. */
@Module({
  imports: [StoresModule],
  providers: [
    {
      provide: LOADED_KEYS,
      inject: [configuration.KEY, DATA_DIR, LOG],
      useFactory: ({ apiKeys }: Configuration, dataDir: string, log: Logger) =>
        loadApiKeys(apiKeys, path.join(dataDir, 'api-keys.json'), (error) => {
          log.error({ err: error }, 'the key file cannot be used; its keys are refused');
        }),
    },
    { provide: ApiKeys, inject: [LOADED_KEYS], useFactory: ({ keys }: LoadedKeys) => keys },
    {
      provide: FIRST_KEYS_PATH,
      inject: [LOADED_KEYS],
      useFactory: ({ firstKeysFile }: LoadedKeys) => firstKeysFile,
    },
    {
      provide: SIGNING_KEYS,
      inject: [configuration.KEY, DATA_DIR, CLOCK],
      useFactory: ({ signingKey }: Configuration, dataDir: string, clock: Clock) =>
        openSigningKeys(dataDir, signingKey, clock()),
    },
  ],
  exports: [ApiKeys, FIRST_KEYS_PATH, SIGNING_KEYS],
})
export class AuthenticationModule {}
