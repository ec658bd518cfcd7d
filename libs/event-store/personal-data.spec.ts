import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type TSchema } from '@sinclair/typebox';

import { KnownKeys } from '../personal-data/testing';
import {
  type BillingEvent,
  CLEAR_PROPERTIES,
  DISPOSED,
  type EmbeddedEventStore,
  type Entry,
  EVENT_SCHEMAS,
  EventStore,
  openEmbeddedEventStore,
  PERSONAL_PROPERTIES,
  UnreadableEvent,
} from '.';

/** The paths of texts that may say anything: neither a code of a list nor of a form of their own. */
function freeTexts(schema: TSchema, at: readonly string[] = []): string[] {
  const alternatives = schema['anyOf'] as TSchema[] | undefined;
  if (alternatives !== undefined) return alternatives.flatMap((one) => freeTexts(one, at));
  if (schema['type'] === 'array') return freeTexts(schema['items'] as TSchema, at);
  if (schema['type'] === 'object') {
    return Object.entries(schema['properties'] as Record<string, TSchema>).flatMap(([name, property]) =>
      freeTexts(property, [...at, name]),
    );
  }
  const isFree = schema['type'] === 'string' && schema['pattern'] === undefined && schema['const'] === undefined;
  return isFree ? [at.join('.')] : [];
}

/** By its own name, or by the event and any beginning of its path. */
function isDeclaredClear(type: string, property: string): boolean {
  const parts = property.split('.');
  const beginnings = parts.map((_, index) => `${type}.${parts.slice(0, index + 1).join('.')}`);
  return [parts.at(-1)!, parts.slice(-2).join('.'), ...beginnings].some((name) => CLEAR_PROPERTIES.has(name));
}

describe.each(EVENT_SCHEMAS)('the schema of $type', ({ type, schema }) => {
  const declared = PERSONAL_PROPERTIES[type]?.paths ?? [];
  const texts = [...new Set(freeTexts(schema))];

  it('says of every text whether it is a person’s data', () => {
    expect(texts.filter((text) => !declared.includes(text) && !isDeclaredClear(type, text))).toEqual([]);
  });

  it('has everything that is declared to be a person’s data', () => {
    expect(declared.filter((text) => !texts.includes(text))).toEqual([]);
  });
});

const BUYER = {
  name: 'Ada Lovelace',
  street: 'Hafenweg 1',
  postalCode: '48155',
  city: 'Münster',
  country: 'DE',
  vatId: 'DE136695976',
};
const at = (time: string): number => Date.parse(time);
const changed = (name: string, occurredAt = at('2026-03-01T00:00:00Z')): BillingEvent => ({
  type: 'BillingAddressChanged',
  data: { billTo: { ...BUYER, name } },
  occurredAt,
});
const mailbox: BillingEvent = {
  type: 'InvoiceMailboxChanged',
  data: { email: 'ada@lovelace.example' },
  occurredAt: at('2026-03-02T00:00:00Z'),
};
const [issuedExample] = JSON.parse(
  readFileSync(path.join(__dirname, 'schemas/fixtures/read/InvoiceIssued.v1.json'), 'utf8'),
) as { workspaceId: string; issueDate: string }[];
const issued = { type: 'InvoiceIssued', data: issuedExample, occurredAt: at('2026-04-01T03:00:00Z') } as BillingEvent;
const sent: BillingEvent = {
  type: 'InvoiceSent',
  data: { attempt: 1, recipient: 'ada@lovelace.example', messageId: '<1@example.org>', transport: 'smtp' },
  occurredAt: at('2029-01-07T03:00:00Z'),
};

describe('personal data in events', () => {
  let folder: string;
  let storage: EmbeddedEventStore;
  let keys: KnownKeys;
  let events: EventStore;
  let now = 0;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'encrypting-'));
    storage = await openEmbeddedEventStore({ file: path.join(folder, 'events.db'), durability: 'none-for-tests' });
    keys = new KnownKeys();
    events = open();
  });
  afterEach(async () => {
    await storage.close();
    rmSync(folder, { recursive: true });
  });
  const open = () => new EventStore(storage, () => now, keys);
  const entry = (commandId: string, ...some: BillingEvent[]): Entry => ({
    origin: { commandId, correlationId: 'test', actor: 'test' },
    events: some,
  });
  const ownersIn = async (stream: string): Promise<string[]> =>
    [...JSON.stringify(await storage.readStream(stream)).matchAll(/(?:contract|year)\/[^."]+/g)].map(([name]) => name);

  it('is read as it was given, and lies in no file', async () => {
    await events.append('contract-acme', 'no-stream', [entry('a', changed('Ada Lovelace'), mailbox)]);
    expect((await events.read('contract-acme')).map(({ event }) => event)).toEqual([changed('Ada Lovelace'), mailbox]);
    const files = Buffer.concat(readdirSync(folder).map((name) => readFileSync(path.join(folder, name))));
    for (const text of ['Lovelace', 'Hafenweg', 'Münster', 'lovelace.example']) {
      expect(files.includes(text)).toBe(false);
    }
    // Tax is proved without a person.
    for (const text of ['48155', 'DE136695976']) expect(files.includes(text)).toBe(true);
  });

  it('has the contract’s key, or that of the year of its document', async () => {
    await events.append('contract-acme', 'no-stream', [entry('a', mailbox)]);
    expect(new Set(await ownersIn('contract-acme'))).toEqual(new Set(['contract/acme/0']));
    const owner = `year/${issuedExample!.workspaceId}/${issuedExample!.issueDate.slice(0, 4)}/0`;
    await events.append('invoice-1', 'no-stream', [entry('a', issued, sent)]);
    // Years later, and by a process that never saw the invoice.
    await open().append('invoice-1', 1, [entry('b', sent)]);
    expect(new Set(await ownersIn('invoice-1'))).toEqual(new Set([owner]));
  });

  it('refuses an event in a stream that does not say whose it is', async () => {
    await expect(events.append('invoice-1', 'no-stream', [entry('a', sent)])).rejects.toThrow(/whose key/);
    expect(await storage.readStream('invoice-1')).toEqual([]);
  });

  it('is marked once its key is destroyed, and only then', async () => {
    await events.append('contract-acme', 'no-stream', [entry('a', changed('Ada'))]);
    await events.append('contract-beta', 'no-stream', [entry('b', changed('Bob'))]);
    keys.destroy('contract/acme');
    const [acme] = await events.read('contract-acme');
    const disposed = { ...BUYER, name: DISPOSED, street: DISPOSED, city: DISPOSED };
    expect(acme!.event.data).toEqual({ billTo: disposed });
    expect((await events.read('contract-beta'))[0]!.event).toEqual(changed('Bob'));
    expect((await events.readAll({ after: 0, limit: 10 })).events).toHaveLength(2);
    expect((await events.last('contract-acme'))!.event.data).toEqual({ billTo: disposed });
  });

  it('makes the same event of the same event', async () => {
    await events.append('contract-acme', 'no-stream', [entry('a', changed('Ada'))]);
    // As a process that does not know that it was recorded appends it again.
    const again = await open().append('contract-acme', 'no-stream', [entry('a', changed('Ada'))]);
    expect(again.revision).toBe(0);
    expect(await storage.readStream('contract-acme')).toHaveLength(1);
  });

  it.each<[string, unknown, RegExp]>([
    ['was recorded in the clear', { email: 'ada@lovelace.example' }, /not encrypted/],
    [
      'was changed since',
      { email: `contract/acme/0.${'A'.repeat(60)}` },
      /InvoiceMailboxChanged\.v1 at contract-acme@0/,
    ],
    ['is no text', { email: 5 }, /\/email Expected string/],
  ])('is not read where it %s', async (_, data, message) => {
    now = at('2026-03-02T00:00:00Z');
    await events.append('contract-acme', 'no-stream', [entry('a', mailbox)]);
    const [recorded] = await storage.readStream('contract-acme');
    await storage.append('contract-tampered', [{ ...recorded!, id: crypto.randomUUID(), data }], 'no-stream');
    const read = events.read('contract-tampered');
    await expect(read).rejects.toThrow(UnreadableEvent);
    await expect(read).rejects.toThrow(new RegExp(message.source.replace('acme@0', 'tampered@0')));
  });
});
