/**
 * The service's configuration: environment variables and the files that they name, checked by
 * class-validator before anything is started. Every message names the variable or the field, and
 * says what would be right.
 */
import 'reflect-metadata';

export { type ConfiguredKey, isLoopback, type Role, ROLES } from './api-keys';
export { type Configuration, readConfiguration } from './configuration';
export { configuration, ConfigurationModule } from './configuration.module';
export { type CurrentExchangeRates, openExchangeRates } from './exchange-rates-file';
export { ConfigurationError, ConfigurationFileError } from './faults';
export { SAMPLE_SELLER, type SellerConfiguration } from './seller-file';
