import { Kind, OptionalKind, type TSchema } from '@sinclair/typebox';

import { EVENT_SCHEMAS } from './events';
import { PERSONAL_PROPERTIES } from './personal-properties';
import { type BillingEventType } from './types';

/** The kind of stream that each event is in. */
const STREAM_OF: Readonly<Record<BillingEventType, keyof typeof STREAMS>> = {
  WorkspaceStarted: 'workspace',
  TeamCreated: 'workspace',
  TeamRenamed: 'workspace',
  TeamArchived: 'workspace',
  TeamRestored: 'workspace',
  MemberAdded: 'workspace',
  MemberUpdated: 'workspace',
  MemberRemoved: 'workspace',
  MemberErased: 'workspace',
  MemberPlaced: 'workspace',
  MemberWithdrawn: 'workspace',
  ContractOpened: 'contract',
  ContractTermsChanged: 'contract',
  InvoiceMailboxChanged: 'contract',
  BillingAddressChanged: 'contract',
  ContractTerminated: 'contract',
  TermsLocked: 'contract',
  MonthClosed: 'billing',
  BillApproved: 'billing',
  DraftReturned: 'billing',
  BillCancelled: 'billing',
  MonthRebilled: 'billing',
  InvoiceNumberAssigned: 'numbers',
  InvoiceIssued: 'invoice',
  InvoiceRendered: 'invoice',
  InvoiceRenderingFailed: 'invoice',
  InvoicePublished: 'invoice',
  InvoiceDeliveryStarted: 'invoice',
  InvoiceSent: 'invoice',
  InvoiceDeliveryFailed: 'invoice',
  InvoiceResendRequested: 'invoice',
  InvoiceCancelled: 'invoice',
  ClosingRequested: 'closing',
  ClosingFinished: 'closing',
  IdempotentResponseRecorded: 'idempotency',
};

const STREAMS = {
  workspace: ['workspace-W', 'The facts of workspace W: its teams, members and memberships.'],
  contract: ['contract-W', 'What workspace W pays for, and how.'],
  billing: ['billing-W', 'All bills of workspace W: months closed, approved, cancelled and billed again.'],
  numbers: ['numbers-PREFIX', 'The numbers of a seller, across years.'],
  invoice: ['invoice-NUMBER', 'One invoice, correction or cancellation.'],
  closing: ['closing-ID', 'One run that closes a month of many workspaces.'],
  idempotency: [
    'idempotency-STREAM',
    'Answers under idempotency keys, beside the stream that the requests were about.',
  ],
} as const;

const INTRODUCTION = `# Events

Every fact that is ever recorded. Written by \`npm run docs:events\` from the schemas that each event is
checked against when it is written and when it is read (\`libs/event-store/schemas\`); do not edit.

An event's type string ends with its version. A changed shape is a new version: older events stay as they
were recorded and are brought up to the newest version when they are read. What each version looked like is
kept for ever in \`libs/event-store/schemas/fixtures\`.

Times are RFC 3339 in UTC with milliseconds, months are written \`2026-03\`, amounts are whole minor units
(\`9800\` = 98.00), quantities and percentages decimal strings. A property marked \`?\` may be missing. An
object has the properties listed and no others. Names and addresses of members are encrypted with a key of
the member's own before an event is made; what events say of buyers is encrypted when they are recorded, as
each event below says. Ids are the caller's and must not be personal data.

## Every event's metadata

${table(
  ['property', 'meaning'],
  [
    ['`$correlationId`', 'shared by everything that one request, or one run of a process, set off'],
    ['`$causationId`', 'the command that caused the event; event ids are derived from it'],
    ['`actor`', 'the id of an API key or the name of a process, never the key itself'],
    ['`occurredAt`', 'when the fact took effect; units are counted by it'],
    ['`recordedAt`', 'when the store took it'],
    ['`idempotencyKey?`', "the request's Idempotency-Key, on the first event that answered it"],
    ['`requestHash?`', 'keyed hash of the request under that key'],
    ['`hash`', "the event's link in the hash chain of its stream, see below"],
  ],
)}

\`hash\` is the SHA-256 (hex) of the hash before it in the stream, a line break (\`\\n\`), and the canonical
JSON (RFC 8785) of \`[type, data, metadata without hash]\`; what the first event of a stream is chained to
is the stream's name. So a change of any past event, or of their order, shows.
`;

/** docs/events.md: every event with its stream, versions and properties. */
export function describeEvents(): string {
  const shapes = new Map<string, TSchema>();
  const events = Object.entries(STREAMS).map(([category, [stream, meaning]]) => {
    const inStream = EVENT_SCHEMAS.filter(({ type }) => STREAM_OF[type] === category).map((event) =>
      [
        `### ${event.type}.v${event.version}`,
        event.meaning,
        ...(event.version > 1 ? [`Versions 1 to ${event.version - 1} are read too.`] : []),
        propertiesOf(event.schema, shapes),
        ...encryptedProperties(event.type),
      ].join('\n\n'),
    );
    return [`## Stream \`${stream}\``, meaning, ...inStream].join('\n\n');
  });
  // Describing a shape may name further ones: a map can grow while it is walked.
  const described: string[] = [];
  for (const [title, schema] of shapes) described.push(`### ${title}\n\n${listProperties(schema, shapes)}`);
  return `${[INTRODUCTION.trimEnd(), ...events, '## Shapes', ...described.sort()].join('\n\n')}\n`;
}

type Shapes = Map<string, TSchema>;

function encryptedProperties(type: BillingEventType): string[] {
  const paths = PERSONAL_PROPERTIES[type]?.paths ?? [];
  return paths.length === 0 ? [] : [`Recorded encrypted: ${paths.map((path) => `\`${path}\``).join(', ')}.`];
}

/** An event's properties; of a shape that has a name only the name. */
function propertiesOf(schema: TSchema, shapes: Shapes): string {
  return schema.title === undefined ? listProperties(schema, shapes) : `Its data is a ${typeOf(schema, shapes)}.`;
}

function listProperties(schema: TSchema, shapes: Shapes): string {
  const properties = Object.entries(schema['properties'] as Record<string, TSchema>);
  if (properties.length === 0) return 'No properties.';
  return table(
    ['property', 'value'],
    properties.map(([name, property]) => [
      `\`${name}${property[OptionalKind] === 'Optional' ? '?' : ''}\``,
      typeOf(property, shapes),
    ]),
  );
}

function typeOf(schema: TSchema, shapes: Shapes): string {
  if (schema.title !== undefined) {
    shapes.set(schema.title, schema);
    return `[${schema.title}](#${schema.title.toLowerCase().replaceAll(' ', '-')})`;
  }
  const members = schema['anyOf'] as TSchema[] | undefined;
  if (members !== undefined) return members.map((member) => typeOf(member, shapes)).join(' \\| ');
  if (schema['const'] !== undefined) return `\`${JSON.stringify(schema['const'])}\``;
  if (schema['type'] === 'array') return `list of ${typeOf(schema['items'] as TSchema, shapes)}`;
  if (schema['type'] === 'object') {
    const inner = Object.entries(schema['properties'] as Record<string, TSchema>).map(
      ([name, property]) =>
        `\`${name}${property[OptionalKind] === 'Optional' ? '?' : ''}\`: ${typeOf(property, shapes)}`,
    );
    return `{ ${inner.join(', ')} }`;
  }
  if (schema.description !== undefined) return schema.description;
  const minimum = schema['minimum'] as number | undefined;
  switch (schema['type']) {
    case 'string':
      return 'text';
    case 'integer':
      return minimum === undefined ? 'whole number' : `whole number from ${minimum}`;
    case 'boolean':
      return '`true` \\| `false`';
    case 'null':
      return '`null`';
    default:
      throw new Error(`nothing is said here about ${schema[Kind]}`);
  }
}

/** A table as Prettier writes it: cells padded to the widest of their column. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) => Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
