import { Type } from '@sinclair/typebox';

import { type BillingEvent, decode, encodeType, EventCodec, type RecordedEvent, UnreadableEvent } from '.';
import { testEvent } from './event-store.contract';
import { type EventSchema } from './schemas/events';

const recorded = (type: string, data: unknown): RecordedEvent => ({
  ...testEvent({ type, data }),
  stream: 'workspace-acme',
  revision: 7,
  position: 99,
});

/** A team that once had only a name, then a label in its place, and today a label with a colour. */
const teamCreated = {
  type: 'TeamCreated',
  version: 3,
  meaning: '',
  schema: Type.Object(
    { teamId: Type.String(), label: Type.String(), colour: Type.String() },
    { additionalProperties: false },
  ),
  upcasters: [
    (data) => {
      const { name, ...rest } = data as { name: string };
      return { ...rest, label: name };
    },
    (data) => ({ ...(data as object), colour: `grey-${(data as { label: string }).label.length}` }),
  ],
} satisfies EventSchema;
const evolved = new EventCodec([teamCreated]);

describe('upcasting', () => {
  it.each([
    ['TeamCreated.v1', { teamId: 'red', name: 'Red' }],
    ['TeamCreated.v2', { teamId: 'red', label: 'Red' }],
    ['TeamCreated.v3', { teamId: 'red', label: 'Red', colour: 'grey-3' }],
  ])('brings %s up to the newest version, one step after the other', (type, data) => {
    const event = recorded(type, data);
    const before = structuredClone(event);
    expect(evolved.decode(event).event.data).toStrictEqual({ teamId: 'red', label: 'Red', colour: 'grey-3' });
    // What was recorded stays as it was: the hash is over that.
    expect(event).toEqual(before);
  });

  it('reads all versions where a type is asked for', () => {
    expect(evolved.recordedTypes(['TeamCreated'])).toEqual(['TeamCreated.v1', 'TeamCreated.v2', 'TeamCreated.v3']);
    expect(evolved.recordedTypes(['TeamRenamed'])).toEqual([]);
  });

  it('writes the newest version only', () => {
    const data = { teamId: 'red', label: 'Red', colour: 'blue' } as unknown as { teamId: string; name: string };
    expect(evolved.encodeType({ type: 'TeamCreated', data, occurredAt: 0 })).toBe('TeamCreated.v3');
    const old = { type: 'TeamCreated', data: { teamId: 'red', name: 'Red' }, occurredAt: 0 } as const;
    expect(() => evolved.encodeType(old)).toThrow(/TeamCreated is not as its schema says: \/label/);
  });

  it('checks what comes out, also of an upcaster that fails', () => {
    expect(() => evolved.decode(recorded('TeamCreated.v2', { teamId: 'red' }))).toThrow(UnreadableEvent);
    expect(() => evolved.decode(recorded('TeamCreated.v1', { teamId: 5, name: 'Red' }))).toThrow(
      /^TeamCreated\.v1 at workspace-acme@7: \/teamId Expected string$/,
    );
  });

  it('refuses a version without an upcaster, and a type twice', () => {
    expect(() => new EventCodec([{ ...teamCreated, version: 4 }])).toThrow(/TeamCreated\.v4 needs 3 upcasters/);
    expect(() => new EventCodec([teamCreated, teamCreated])).toThrow(/two schemas/);
  });
});

describe('what cannot be read', () => {
  const unreadable = (type: string, data: unknown = { teamId: 'red' }) => {
    try {
      decode(recorded(type, data));
    } catch (error) {
      expect(error).toBeInstanceOf(UnreadableEvent);
      return (error as Error).message;
    }
    throw new Error('was read');
  };

  it.each([
    ['TeamPainted.v1', /^TeamPainted\.v1 at workspace-acme@7: unknown event type$/],
    ['TeamArchived', /unknown event type$/],
    ['TeamArchived.v0', /version 0 is not known, only 1 to 1: a newer version/],
    ['TeamArchived.v2', /^TeamArchived\.v2 at workspace-acme@7: version 2 is not known, only 1 to 1: a newer version/],
    ['constructor.v1', /unknown event type$/],
  ])('%s is named', (type, message) => {
    expect(unreadable(type)).toMatch(message);
  });

  it.each<[string, unknown, RegExp]>([
    ['a property that is missing', {}, /\/teamId/],
    ['a property that is not known', { teamId: 'red', more: 1 }, /\/more/],
    ['a wrong type', { teamId: 5 }, /\/teamId Expected string/],
    ['a wrong form', { teamId: 'a b' }, /\/teamId/],
    ['no object', null, /Expected object/],
  ])('%s is named', (_, data, message) => {
    expect(unreadable('TeamArchived.v1', data)).toMatch(message);
  });

  it('is not written either', () => {
    const event = { type: 'TeamArchived', data: { teamId: 'a b' }, occurredAt: 0 } as const;
    expect(() => encodeType(event)).toThrow(/TeamArchived is not as its schema says: \/teamId/);
    expect(() => encodeType({ ...event, type: 'TeamPainted' } as unknown as BillingEvent)).toThrow(/no schema/);
  });
});
