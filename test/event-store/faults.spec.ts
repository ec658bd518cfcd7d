/** What the adapter makes of a server that fails: nothing acknowledged is lost, nothing is doubled. */
import { randomUUID } from 'node:crypto';

import {
  AppendTooLarge,
  type EventStorage,
  EventStore,
  EventStoreUnavailable,
  openEventStoreDb,
  RevisionConflict,
} from '@seatledger/event-store';

import { readToEnd, testEvent, testEvents } from '../../libs/event-store/testing';
import { KnownKeys } from '../../libs/personal-data/testing';
import { CERTIFICATE, type ClusterOptions, TestCluster } from '../support/eventstoredb';

let cluster: TestCluster;
const opened: EventStorage[] = [];

async function start(options: ClusterOptions = {}): Promise<EventStorage> {
  cluster = await TestCluster.start(options);
  return open();
}

async function open(deadline = 20_000): Promise<EventStorage> {
  const store = await openEventStoreDb({ connectionString: cluster.url, deadline, pollInterval: 20 });
  opened.push(store);
  return store;
}

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await cluster.stop();
});

const ids = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);
const unique = (): string => `workspace-${randomUUID()}`;

describe('an append', () => {
  it.each(['before-write', 'after-write'] as const)('is there once when the connection is cut %s', async (moment) => {
    const store = await start();
    const stream = unique();
    await store.append(stream, testEvents(1), 'no-stream');
    cluster.current.faults.cutNextAppend(moment);
    const events = testEvents(3);
    const result = await store.append(stream, events, 0);
    const stored = await store.readStream(stream);
    expect(ids(stored.slice(1))).toEqual(ids(events));
    expect(result).toEqual({ revision: 3, position: stored.at(-1)!.position });
    expect(await store.append(stream, events, 0)).toEqual(result);
  });

  it('is there once when the connection is cut again and again with many in flight', async () => {
    const store = await start();
    for (const moment of ['after-write', 'before-write', 'after-write'] as const) {
      cluster.current.faults.cutNextAppend(moment);
    }
    const streams = Array.from({ length: 50 }, unique);
    const events = streams.map(() => testEvent());
    const results = await Promise.all(
      streams.map((stream, index) => store.append(stream, [events[index]!], 'no-stream')),
    );
    for (const [index, stream] of streams.entries()) {
      expect(await store.readStream(stream)).toMatchObject([{ ...events[index], position: results[index]!.position }]);
    }
  });

  it('goes on in the hash chain when the connection is cut', async () => {
    const eventStore = new EventStore(await start(), Date.now, new KnownKeys());
    const stream = unique();
    const origin = { commandId: randomUUID(), correlationId: randomUUID(), actor: 'test' };
    const team = (teamId: string) => ({ type: 'TeamCreated' as const, data: { teamId, name: 'T' }, occurredAt: 0 });
    await eventStore.append(stream, 'no-stream', [{ origin, events: [team('a')] }]);
    cluster.current.faults.cutNextAppend('after-write');
    await eventStore.append(stream, 0, [{ origin: { ...origin, commandId: randomUUID() }, events: [team('b')] }]);
    await eventStore.append(stream, 1, [{ origin: { ...origin, commandId: randomUUID() }, events: [team('c')] }]);
    expect((await eventStore.read(stream)).map(({ event }) => event)).toEqual([team('a'), team('b'), team('c')]);
  });

  it('is given up at the deadline, and known again when it is repeated', async () => {
    await start();
    const store = await open(400);
    const stream = unique();
    const events = testEvents(2);
    const release = cluster.current.faults.holdAnswers();
    const refused = store.append(stream, events, 'no-stream');
    await expect(refused).rejects.toThrow(EventStoreUnavailable);
    await expect(refused).rejects.toThrow(/EventStoreDB at 127\.0\.0\.1:\d+: .*[Dd]eadline/);
    release();
    const another = await open();
    const result = await another.append(stream, events, 'no-stream');
    expect(ids(await another.readStream(stream))).toEqual(ids(events));
    expect(result.revision).toBe(1);
  });

  it('is refused with the revision that the server tells', async () => {
    const store = await start();
    cluster.current.faults.refuseNextAppend(41);
    const refused = store.append('workspace-1', testEvents(1), 7);
    await expect(refused).rejects.toEqual(new RevisionConflict('workspace-1', 7, 41));
    expect(cluster.current.count('append')).toBe(1);
  });

  it('says that it is too large, once', async () => {
    const store = await start();
    const stream = unique();
    const data = { text: 'x'.repeat(600_000) };
    const refused = store.append(stream, testEvents(2, { data }), 'no-stream');
    await expect(refused).rejects.toThrow(AppendTooLarge);
    await expect(refused).rejects.toThrow(`stream ${stream}: an append of more than 1048576 bytes`);
    expect(cluster.current.count('append')).toBe(1);
    expect(await store.readStream(stream)).toEqual([]);
    await store.append(stream, testEvents(1, { data }), 'no-stream');
  });

  it('is a call of its own, although the server offers a shared stream for all', async () => {
    const store = await start({ offersBatchAppend: true });
    await store.append(unique(), testEvents(1), 'no-stream');
    const counts = (['append', 'batch-append', 'server-features'] as const).map((call) => cluster.current.count(call));
    expect(counts).toEqual([1, 0, 0]);
  });
});

describe('a cluster', () => {
  it('is led by whom the gossip says', async () => {
    const store = await start({ members: 3 });
    await store.append(unique(), testEvents(1), 'no-stream');
    expect(cluster.members.map((member) => member.count('append'))).toEqual([1, 0, 0]);
  });

  it('is followed to its new leader, in appends and in reads', async () => {
    const store = await start({ members: 3 });
    const stream = unique();
    const events = testEvents(30);
    for (const [index, event] of events.entries()) {
      if (index % 10 === 5) cluster.elect(((index + 5) / 10) % 3);
      await store.append(stream, [event], index === 0 ? 'no-stream' : index - 1);
    }
    cluster.elect(1);
    expect(ids(await store.readStream(stream))).toEqual(ids(events));
    cluster.elect(2);
    expect(ids(await readToEnd(store, { after: 0, limit: 7, streamPrefixes: [stream] }))).toEqual(ids(events));
    cluster.elect(0);
    await store.checkHealth();
  });

  it('is waited for while it elects', async () => {
    const store = await start({ members: 3 });
    const stream = unique();
    cluster.elect(undefined);
    const appending = store.append(stream, testEvents(1), 'no-stream');
    const reading = store.readAll({ after: 0, limit: 10 });
    await expect(open(1)).rejects.toThrow(EventStoreUnavailable);
    cluster.elect(2);
    expect((await appending).revision).toBe(0);
    await reading;
  });

  it('is found through another member when the leader is gone', async () => {
    const store = await start({ members: 3 });
    const stream = unique();
    await store.append(stream, testEvents(1), 'no-stream');
    cluster.members[0]!.relay.down();
    cluster.elect(1);
    await store.append(stream, testEvents(1), 0);
    expect(await store.readStream(stream)).toHaveLength(2);
  });
});

describe('a connection', () => {
  it('finds the leader through any member', async () => {
    await start({ members: 3 });
    cluster.elect(2);
    const connectionString = `esdb+discover://127.0.0.1:${cluster.members[0]!.port}?tls=false`;
    const store = await openEventStoreDb({ connectionString });
    opened.push(store);
    await store.append(unique(), testEvents(1), 'no-stream');
    expect(cluster.members.map((member) => member.count('append'))).toEqual([0, 0, 1]);
  });

  it('goes over TLS, with the user, to a server that its authority vouches for', async () => {
    cluster = await TestCluster.start({ tls: true });
    const server = `esdb://admin:ch%40ngeit@127.0.0.1:${cluster.current.port}`;
    const authority = `tlsCAFile=${encodeURIComponent(CERTIFICATE)}`;
    const store = await openEventStoreDb({ connectionString: `${server}?${authority}` });
    opened.push(store);
    const events = testEvents(2);
    await store.append('workspace-1', events, 'no-stream');
    expect(ids(await readToEnd(store, { after: 0, limit: 10 }))).toEqual(ids(events));
    const user = Buffer.from('admin:ch@ngeit').toString('base64');
    expect(cluster.current.authorization).toBe(`Basic ${user}`);
    const unknown = openEventStoreDb({ connectionString: server, deadline: 300 });
    await expect(unknown).rejects.toThrow(EventStoreUnavailable);
    await expect(unknown).rejects.toThrow(/^(?!.*ngeit)/);
  });
});

describe('reading $all', () => {
  it('goes on where a subscription was aborted, in a page and between pages', async () => {
    const store = await start();
    const stream = unique();
    const events = testEvents(100);
    await store.append(stream, events, 'no-stream');
    for (const after of [0, 1, 7, 9, 30]) cluster.current.faults.dropNextSubscription(after);
    const read = await readToEnd(store, { after: 0, limit: 10, streamPrefixes: [stream] });
    expect(ids(read)).toEqual(ids(events));
  });

  it('goes on when the connection is cut between pages', async () => {
    const store = await start();
    const stream = unique();
    const events = testEvents(60);
    await store.append(stream, events, 'no-stream');
    const seen: string[] = [];
    for (let after = 0; ;) {
      const page = await store.readAll({ after, limit: 20, streamPrefixes: [stream] });
      seen.push(...ids(page.events));
      after = page.position;
      if (page.atEnd) break;
      cluster.current.relay.cut();
    }
    expect(seen).toEqual(ids(events));
  });

  it('takes page after page from one subscription', async () => {
    const store = await start();
    await store.append(unique(), testEvents(300), 'no-stream');
    await readToEnd(store, { after: 0, limit: 10 });
    expect(cluster.current.count('subscription')).toBe(1);
  });

  it('opens no subscription where nothing is new', async () => {
    const store = await start();
    const { position } = await store.append(unique(), testEvents(1), 'no-stream');
    expect(await store.readAll({ after: position, limit: 10 })).toEqual({ events: [], position, atEnd: true });
    expect(cluster.current.count('subscription')).toBe(0);
  });

  it("never shows the server's own events, and ends before those at the end", async () => {
    const store = await start();
    expect(await store.head()).toBe(0);
    expect(await store.readAll({ after: 0, limit: 10 })).toEqual({ events: [], position: 0, atEnd: true });
    const stream = unique();
    const [a, b] = testEvents(2) as [ReturnType<typeof testEvent>, ReturnType<typeof testEvent>];
    cluster.log.writeSystemEvents(50);
    await store.append(stream, [a], 'no-stream');
    cluster.log.writeSystemEvents(600);
    const { position } = await store.append(stream, [b], 0);
    cluster.log.writeSystemEvents(600);
    expect(await store.head()).toBe(position);
    expect(ids(await readToEnd(store, { after: 0, limit: 1 }))).toEqual(ids([a, b]));
    const page = await store.readAll({ after: 0, limit: 10, types: ['Never.v1'] });
    expect(page).toEqual({ events: [], position, atEnd: true });
  });

  it('passes long stretches without a match', async () => {
    const store = await start();
    const rare = unique();
    await store.append(rare, testEvents(1), 'no-stream');
    for (let index = 0; index < 10; index += 1) await store.append(unique(), testEvents(500), 'no-stream');
    await store.append(rare, testEvents(1), 0);
    const { position } = await store.append(unique(), testEvents(1), 'no-stream');
    const page = await store.readAll({ after: 0, limit: 10, streamPrefixes: [rare] });
    expect(page).toMatchObject({ events: [{ revision: 0 }, { revision: 1 }], position, atEnd: true });
  });

  it('reports a server that falls silent', async () => {
    await start();
    const store = await open(300);
    await store.append(unique(), testEvents(1), 'no-stream');
    const release = cluster.current.faults.holdAnswers();
    await expect(store.readAll({ after: 0, limit: 10 })).rejects.toThrow(/no answer within 300 ms/);
    await expect(store.checkHealth()).rejects.toThrow(EventStoreUnavailable);
    // Those who wait are woken: the fault is theirs to meet.
    await store.waitForEvents(Number.MAX_SAFE_INTEGER, new AbortController().signal);
    release();
    expect((await store.readAll({ after: 0, limit: 10 })).events).toHaveLength(1);
    await store.checkHealth();
  });
});

describe('opening and closing', () => {
  it('names the server that cannot be reached', async () => {
    await start();
    cluster.current.relay.down();
    const refused = openEventStoreDb({ connectionString: cluster.url, deadline: 300 });
    await expect(refused).rejects.toThrow(EventStoreUnavailable);
    await expect(refused).rejects.toThrow(new RegExp(`EventStoreDB at 127\\.0\\.0\\.1:${cluster.current.port}: `));
  });

  it('finishes what was asked for, then refuses', async () => {
    const store = await start();
    const waiting = store.waitForEvents(Number.MAX_SAFE_INTEGER, new AbortController().signal);
    await store.append('workspace-0', testEvents(100), 'no-stream');
    await store.readAll({ after: 0, limit: 10 });
    const appends = Array.from({ length: 20 }, () => store.append(unique(), testEvents(1), 'no-stream'));
    await Promise.all([store.close(), ...appends, waiting]);
    for (const refused of [store.append('w-1', testEvents(1), 0), store.readStream('w-1'), store.head()]) {
      await expect(refused).rejects.toThrow(/is closed/);
    }
    await store.close();
  });
});
