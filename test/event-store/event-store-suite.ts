/**
 * What the eventStore must do over any store, as one Jest suite: events in the words of the domain
 * come back as they were, the hash chain holds, and nothing is doubled or lost.
 */
import { randomUUID } from 'node:crypto';

import {
  type BillingEvent,
  chainStart,
  continuesChain,
  type Entry,
  type EventStorage,
  EventStore,
  type ExpectedRevision,
  type Origin,
  RevisionConflict,
} from '@seatledger/event-store';

import { type EventStoreUnderTest } from '../../libs/event-store/testing';
import { KnownKeys } from '../../libs/personal-data/testing';

const NOW = Date.UTC(2026, 2, 31, 21, 59, 59, 999);
const clock = (): number => NOW;

const origin = (overrides: Partial<Origin> = {}): Origin => ({
  commandId: randomUUID(),
  correlationId: randomUUID(),
  actor: 'key-1',
  ...overrides,
});

const teamCreated = (teamId: string, name = 'Größe "漢字" 🧾'): BillingEvent => ({
  type: 'TeamCreated',
  data: { teamId, name },
  occurredAt: NOW - 1_000,
});

const entry = (...events: BillingEvent[]): Entry => ({ origin: origin(), events });

export function ledgerSuite(name: string, open: () => Promise<EventStoreUnderTest>): void {
  describe(`the eventStore on ${name}`, () => {
    let tested: EventStoreUnderTest;
    let eventStore: EventStore;
    let stream: string;

    beforeAll(async () => {
      tested = await open();
      eventStore = new EventStore(tested.store, clock, new KnownKeys());
    });
    beforeEach(() => {
      stream = `workspace-${randomUUID()}`;
    });
    afterAll(() => tested.dispose());

    /** The revision that the whole stream's chain holds to, recounted from what the store has. */
    async function provenRevision(store: EventStorage = tested.store): Promise<number> {
      let hash = chainStart(stream);
      let revision = -1;
      for (const event of await store.readStream(stream)) {
        expect(event.revision).toBe(revision + 1);
        expect(continuesChain(hash, event)).toBe(true);
        ({ revision } = event);
        ({ hash } = event.metadata);
      }
      return revision;
    }

    it('gives back events, metadata and answers as they were appended', async () => {
      const request = { key: 'order 7 / "ü"', hash: 'f'.repeat(64) };
      const first = { origin: origin({ request }), events: [teamCreated('a'), teamCreated('b')] };
      const second = entry({ type: 'TeamArchived', data: { teamId: 'a' }, occurredAt: NOW });
      const appended = await eventStore.append(stream, 'no-stream', [first, second]);
      expect(appended.revision).toBe(2);
      const read = await eventStore.read(stream);
      expect(read.map(({ position: _position, ...event }) => event)).toEqual(appended.events);
      expect(read.at(-1)?.position).toBe(appended.position);
      expect(read.map(({ event }) => event)).toEqual([...first.events, ...second.events]);
      expect(read.map(({ metadata }) => metadata.idempotencyKey)).toEqual([request.key, undefined, undefined]);
      expect(read[0]?.metadata).toMatchObject({
        actor: 'key-1',
        $causationId: first.origin.commandId,
        occurredAt: '2026-03-31T21:59:58.999Z',
        recordedAt: '2026-03-31T21:59:59.999Z',
      });
      expect(await eventStore.last(stream)).toEqual(read.at(-1));
      expect(await eventStore.read(stream, 2)).toEqual(read.slice(2));
      expect(await provenRevision()).toBe(2);
    });

    it('chains on what another process appended', async () => {
      const store = await tested.openAnother();
      try {
        const other = new EventStore(store, clock, new KnownKeys());
        let revision: ExpectedRevision = 'no-stream';
        for (let turn = 0; turn < 6; turn += 1) {
          const who = turn % 2 === 0 ? eventStore : other;
          ({ revision } = await who.append(stream, revision, [entry(teamCreated(`t${turn}`))]));
        }
        await expect(eventStore.append(stream, 4, [entry(teamCreated('late'))])).rejects.toThrow(RevisionConflict);
        await expect(other.append(stream, 3, [entry(teamCreated('later'))])).rejects.toMatchObject({ actual: 5 });
        expect(await provenRevision(store)).toBe(5);
      } finally {
        await store.close();
      }
    });

    it('lets one of many win each revision', async () => {
      const rivals = 20;
      let revision: ExpectedRevision = 'no-stream';
      for (let round = 0; round < 5; round += 1) {
        const results = await Promise.allSettled(
          Array.from({ length: rivals }, (_, rival) =>
            eventStore.append(stream, revision, [entry(teamCreated(`r${round}-${rival}`))]),
          ),
        );
        const won = results.filter(({ status }) => status === 'fulfilled');
        expect(won).toHaveLength(1);
        for (const result of results) {
          if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(RevisionConflict);
        }
        revision = round;
      }
      expect(await provenRevision()).toBe(4);
    });

    it('reads pages of all streams, decoded', async () => {
      const after = await tested.store.head();
      const events = Array.from({ length: 25 }, (_, index) => teamCreated(`t${index}`));
      await eventStore.append(stream, 'no-stream', [entry(...events)]);
      const seen: BillingEvent[] = [];
      for (let position = after; ;) {
        const page = await eventStore.readAll({ after: position, limit: 10, streamPrefixes: [stream] });
        seen.push(...page.events.map(({ event }) => event));
        ({ position } = page);
        if (page.atEnd) break;
      }
      expect(seen).toEqual(events);
    });
  });
}
