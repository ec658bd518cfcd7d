import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

import { completed, printer, sharedResponses } from './operation';
import { Problem } from './problem';
import { type Json, type JsonObject } from './schema-printer';

printer.print(Problem);

const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['Contract', 'What a workspace pays for and how'],
  ['Months', 'Billing months: closed ones as billed, open ones as a preview'],
  ['Invoices', 'Issued invoices, their documents, and drafts that wait for approval'],
  ['Closing', 'Closing months, and exports for the accountant'],
  ['Audit', 'The history as it was recorded, and what follows from it'],
  ['Workspaces', 'Facts about workspaces, teams and members, and their current state'],
  ['Operations', 'For those who run the service'],
];

const DESCRIPTION =
  'Billing for team and user licenses. Every call under /v1 needs an API key (`Authorization: Bearer KEY`) of one of ' +
  'its roles. Times are RFC 3339, kept in UTC with milliseconds; amounts are integers in minor units; quantities are ' +
  'decimal strings. Errors are problems (RFC 9457); programs go by their `code`.';

const PARAMETERS: JsonObject = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'The same key with the same request gets the same answer and has no second effect, for at least 24 hours; ' +
      'with another request it is refused (422 idempotency-key-reused).',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
  },
  CorrelationId: {
    name: 'X-Correlation-Id',
    in: 'header',
    description: 'Stands in the metadata of every event that the request leads to, and in the log.',
    schema: { type: 'string', pattern: '^[\\w.:-]{1,128}$' },
  },
};

/** The API's description (OpenAPI 3.1), of exactly the routes that the service has. */
export function openApiDocument(app: INestApplication, version: string): JsonObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Seatledger')
    .setVersion(version)
    .setDescription(DESCRIPTION)
    .addServer('/')
    .addSecurity('apiKey', { type: 'http', scheme: 'bearer', description: 'An API key' });
  for (const [name, description] of TAGS) builder.addTag(name, description);
  const { contact: _contact, ...info } = builder.build().info;
  const config = { ...builder.build(), info };
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    autoTagControllers: false,
  });
  return {
    ...plain(document),
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    paths: sorted(plain(document)['paths'], (methods) =>
      sorted(methods, (operation) => completed(operation as JsonObject)),
    ),
    components: {
      schemas: sorted(printer.components),
      responses: sharedResponses(),
      parameters: PARAMETERS,
      securitySchemes: plain(document.components)['securitySchemes'] ?? {},
    },
  };
}

/** The document as the JSON that it becomes. */
const plain = (document: OpenAPIObject | OpenAPIObject['components']): JsonObject =>
  JSON.parse(JSON.stringify(document)) as JsonObject;

/** In the order of the names, so that it does not depend on that of the modules. */
function sorted(value: Json | undefined, inner: (value: Json) => Json = (same) => same): JsonObject {
  const entries = Object.entries((value ?? {}) as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, entry]) => [name, inner(entry)]));
}
