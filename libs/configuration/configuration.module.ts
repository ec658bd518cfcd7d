import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule, registerAs } from '@nestjs/config';

import { type Configuration, readConfiguration } from './configuration';

/** What a part injects: `@Inject(configuration.KEY) config: Configuration`. */
export const configuration = registerAs('seatledger', (): Configuration => readConfiguration(process.env));

/** The configuration for every module: read before the first of them is made, since a log needs it. */
@Module({})
export class ConfigurationModule {
  static of(config: Configuration): DynamicModule {
    return {
      module: ConfigurationModule,
      global: true,
      imports: [ConfigModule.forRoot({ ignoreEnvFile: true, load: [registerAs('seatledger', () => config)] })],
      exports: [ConfigModule],
    };
  }
}
