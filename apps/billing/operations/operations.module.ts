import { Module } from '@nestjs/common';

import { HttpModule } from '../http/http.module';
import { AuthenticationModule } from '../infrastructure/authentication.module';
import { ProjectionsModule } from '../infrastructure/projections.module';
import { StoresModule } from '../infrastructure/stores.module';
import { ApiDescription } from './api-description';
import { DocumentationController } from './documentation.controller';
import { OperationsController } from './operations.controller';
import { ProjectionsController } from './projections.controller';
import { CheckReadinessHandler, ListProjectionsHandler, RebuildProjectionHandler } from './queries';
import { SigningKeysController } from './signing-keys.controller';

/** For those who run the service: health, metrics, read models, and the API's description. */
@Module({
  imports: [HttpModule, StoresModule, AuthenticationModule, ProjectionsModule],
  controllers: [OperationsController, DocumentationController, ProjectionsController, SigningKeysController],
  providers: [ApiDescription, CheckReadinessHandler, ListProjectionsHandler, RebuildProjectionHandler],
})
export class OperationsModule {}
