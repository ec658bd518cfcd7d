import path from 'node:path';

import { configuration, type Configuration, type Role } from '@seatledger/configuration';
import { Module } from '@nestjs/common';
import { type Logger } from 'pino';

import { ApiKeys, loadApiKeys } from './api-keys';
import { LOG } from './log';
import { DATA_DIR, StoresModule } from './stores.module';

type LoadedKeys = Awaited<ReturnType<typeof loadApiKeys>>;
const LOADED_KEYS = Symbol('loaded keys');

/** The keys that a first start made, to be told this once. */
export const FIRST_KEYS = Symbol('first keys');
export type FirstKeys = readonly { readonly role: Role; readonly key: string }[];

/** The keys that are let in. */
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
    { provide: FIRST_KEYS, inject: [LOADED_KEYS], useFactory: ({ made }: LoadedKeys): FirstKeys => made },
  ],
  exports: [ApiKeys, FIRST_KEYS],
})
export class AuthenticationModule {}
