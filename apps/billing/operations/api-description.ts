import { type INestApplication, Injectable } from '@nestjs/common';

import { openApiDocument } from '../http/openapi/document';
import { type JsonObject } from '../http/openapi/schema-printer';

const API_VERSION = '1.0.0';

/** The API's description: made when it is first asked for, of the whole application. */
@Injectable()
export class ApiDescription {
  private app: INestApplication | undefined;
  private made: { readonly document: JsonObject; readonly json: string } | undefined;

  /** The routes are known only when all of the application is made. */
  describe(app: INestApplication): void {
    this.app = app;
  }

  get document(): JsonObject {
    return this.make().document;
  }

  get json(): string {
    return this.make().json;
  }

  private make() {
    if (this.app === undefined) throw new TypeError('there is no application to describe');
    const document = this.made?.document ?? openApiDocument(this.app, API_VERSION);
    this.made ??= { document, json: JSON.stringify(document) };
    return this.made;
  }
}
