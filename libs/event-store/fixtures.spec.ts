import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { OptionalKind, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

import { KnownKeys } from '../personal-data/testing';
import {
  allRecordedTypes,
  ChainVerifier,
  decodeAll,
  EVENT_SCHEMAS,
  eventId,
  PERSONAL_PROPERTIES,
  type RecordedEvent,
} from '.';
import { describeEvents } from './schemas/describe';

const FOLDER = path.join(__dirname, 'schemas/fixtures');
const fileOf = (recordedType: string) => path.join(FOLDER, `${recordedType}.json`);
/** None where there is no file: the first test says so. */
const readFixture = (recordedType: string): RecordedEvent[] =>
  existsSync(fileOf(recordedType)) ? (JSON.parse(readFileSync(fileOf(recordedType), 'utf8')) as RecordedEvent[]) : [];

/** The data that a fixture's events are read as, where it is not as recorded. */
function readAs(recordedType: string): unknown[] | undefined {
  const file = path.join(FOLDER, 'read', `${recordedType}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as unknown[]) : undefined;
}
const isPersonal = (recordedType: string): boolean =>
  Object.hasOwn(PERSONAL_PROPERTIES, recordedType.replace(/\.v\d+$/, ''));

const newest = new Map(EVENT_SCHEMAS.map((schema) => [`${schema.type}.v${schema.version}`, schema]));

it('there is a fixture for each event type and version, and for nothing else', () => {
  const found = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  expect(found.sort()).toEqual(
    allRecordedTypes()
      .map((type) => `${type}.json`)
      .sort(),
  );
});

it('no fixture was changed since it was recorded', () => {
  const sums = readFileSync(path.join(FOLDER, 'SHA256SUMS'), 'utf8').trimEnd().split('\n').sort();
  const now = allRecordedTypes().map((type) => {
    const sum = createHash('sha256')
      .update(readFileSync(fileOf(type)))
      .digest('hex');
    return `${sum}  ${type}.json`;
  });
  expect(sums).toEqual(now.sort());
});

describe.each(allRecordedTypes())('the fixture of %s', (recordedType) => {
  const recorded = readFixture(recordedType);

  it('is read as today’s software understands it', async () => {
    const expected = readAs(recordedType);
    expect(expected !== undefined).toBe(!newest.has(recordedType) || isPersonal(recordedType));
    const read = await decodeAll(recorded, new KnownKeys());
    expect(read).toStrictEqual(
      recorded.map((event, index) => ({
        event: {
          type: recordedType.replace(/\.v\d+$/, ''),
          data: (expected ?? recorded.map(({ data }) => data))[index],
          occurredAt: Date.parse(event.metadata.occurredAt),
        },
        stream: event.stream,
        revision: event.revision,
        position: event.position,
        id: event.id,
        metadata: event.metadata,
      })),
    );
  });

  it('has the ids and the hash chain that are computed today', () => {
    const verifier = new ChainVerifier();
    for (const event of recorded) {
      expect(verifier.take(event)).toBeUndefined();
      expect(event.type).toBe(recordedType);
      expect(event.id).toBe(eventId(event.metadata.$causationId, 0, event.metadata.hash));
    }
  });
});

/** What of a schema no value shows: a property that is never there or never missing, an alternative to null. */
function notShown(schema: TSchema, values: readonly unknown[], at: string): string[] {
  const alternatives = schema['anyOf'] as TSchema[] | undefined;
  if (alternatives?.every((one) => one['const'] !== undefined) === true) return [];
  if (alternatives !== undefined) {
    return alternatives.flatMap((one, index) => {
      const matching = values.filter((value) => Value.Check(one, value));
      return matching.length === 0 ? [`${at} as ${String(one['type'] ?? index)}`] : notShown(one, matching, at);
    });
  }
  if (schema['type'] === 'array')
    return notShown(schema['items'] as TSchema, (values as unknown[][]).flat(), `${at}[]`);
  if (schema['type'] !== 'object') return [];
  return Object.entries(schema['properties'] as Record<string, TSchema>).flatMap(([name, property]) => {
    const objects = values as Record<string, unknown>[];
    const there = objects.filter((value) => name in value);
    const inner = `${at}.${name}`;
    if (there.length === 0) return [inner];
    const always = property[OptionalKind] === 'Optional' && there.length === objects.length;
    return [
      ...(always ? [`${inner} missing`] : []),
      ...notShown(
        property,
        there.map((value) => value[name]),
        inner,
      ),
    ];
  });
}

it('the fixtures of today’s versions show every property, with and without what is optional', () => {
  const missing = [...newest].flatMap(([recordedType, { schema }]) =>
    notShown(schema, readAs(recordedType) ?? readFixture(recordedType).map(({ data }) => data), recordedType),
  );
  expect(missing).toEqual([]);
});

it('docs/events.md is what the schemas say: npm run docs:events writes it', () => {
  expect(readFileSync(path.join(__dirname, '../../docs/events.md'), 'utf8')).toBe(describeEvents());
});
