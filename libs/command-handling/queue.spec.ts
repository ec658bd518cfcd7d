import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type WorkspaceCommand } from '@seatledger/domain';
import {
  AppendTooLarge,
  type EmbeddedEventStore,
  EventStore,
  idempotencyStream,
  openEmbeddedEventStore,
  workspaceStream,
} from '@seatledger/event-store';
import { DatabaseError } from '@seatledger/sqlite';

import { KnownKeys } from '../personal-data/testing';
import { type CommandOutcome } from './context';
import { WorkspaceQueue } from './queues';
import { plainHooks, workspaceAggregate } from './subjects';

const NOW = Date.UTC(2026, 5, 15);
const DAY = 24 * 3_600_000;
let now = NOW;

/** A process of several that share a store: remembers what it did, and counts what it asks for. */
class Process {
  reads = 0;
  conflicts = 0;
  /** Done once, right before this process appends to a stream that begins so. */
  interruption: { readonly prefix: string; readonly act: () => Promise<unknown> } | undefined;
  /** Events that the store takes in one append. */
  mostAtOnce = Infinity;
  private sent = 0;
  private readonly queue: WorkspaceQueue;

  /** What happens before a batch is decided. */
  preparation: (commands: readonly WorkspaceCommand[]) => Promise<void> = () => Promise.resolve();
  /** What happens after an append. */
  consequences: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly name: string,
    store: EmbeddedEventStore,
  ) {
    const watched = new Proxy(store, {
      get: (target, name) => {
        if (name === 'readStream') this.reads += 1;
        if (name === 'append') return this.append(target);
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    const metrics = { conflict: () => (this.conflicts += 1), batch: () => undefined };
    const eventStore = new EventStore(watched, () => now, new KnownKeys());
    this.queue = new WorkspaceQueue(
      eventStore,
      workspaceAggregate(),
      {
        ...plainHooks(),
        prepare: (_, commands) => this.preparation(commands),
        afterAppend: () => this.consequences(),
      },
      () => now,
      metrics,
    );
  }

  private append =
    (store: EmbeddedEventStore): EmbeddedEventStore['append'] =>
    async (stream, events, expected) => {
      const { interruption } = this;
      if (interruption !== undefined && stream.startsWith(interruption.prefix)) {
        this.interruption = undefined;
        await interruption.act();
      }
      if (events.length > this.mostAtOnce) throw new AppendTooLarge(stream, this.mostAtOnce);
      return store.append(stream, events, expected);
    };

  /** The outcome but for its position in the whole history, which depends on the store. */
  async send(command: WorkspaceCommand, key?: string): Promise<CommandOutcome> {
    const context = { actor: 'test', correlationId: 'c', ...(key && { request: { key, hash: key } }) };
    const outcome = await this.queue.submit('w', `${this.name}-${(this.sent += 1)}`, command, context);
    if (outcome.status === 'refused') return outcome;
    const { position: _position, ...answer } = outcome.answer;
    return { ...outcome, answer };
  }
}

describe('commands on a subject that several processes change', () => {
  let folder: string;
  let store: EmbeddedEventStore;
  let one: Process;
  let other: Process;

  beforeEach(async () => {
    now = NOW;
    folder = mkdtempSync(path.join(tmpdir(), 'queue-'));
    store = await openEmbeddedEventStore({ file: path.join(folder, 'events.db'), durability: 'none-for-tests' });
    [one, other] = [new Process('one', store), new Process('other', store)];
    await one.send({ type: 'StartWorkspace', workspaceId: 'w', name: 'W', occurredAt: NOW });
    await one.send({ type: 'CreateTeam', teamId: 'a', name: 'A' });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const changed = (revision: number) => ({ status: 'done', answer: { revision, changed: true } });
  const replayed = (outcome: object | undefined) => ({ ...outcome, isReplay: true });
  const typesStored = async () => (await store.readStream(workspaceStream('w'))).map(({ type }) => type);

  it('read nothing while nobody else changes it', async () => {
    const before = one.reads;
    expect(await one.send({ type: 'CreateTeam', teamId: 'b', name: 'B' })).toEqual(changed(2));
    expect(await one.send({ type: 'ArchiveTeam', teamId: 'b' })).toEqual(changed(3));
    expect([one.reads - before, one.conflicts]).toEqual([0, 0]);
  });

  it('find nothing to do only where there is nothing to do now', async () => {
    expect(await other.send({ type: 'ArchiveTeam', teamId: 'a' })).toEqual(changed(2));
    const again = { status: 'done', answer: { revision: 2, changed: false } };
    // What it remembers says that team A is there, and so that it need not be restored.
    expect(await one.send({ type: 'RestoreTeam', teamId: 'a' })).toEqual(changed(3));
    expect(await other.send({ type: 'RestoreTeam', teamId: 'a' })).toEqual({
      ...again,
      answer: { revision: 3, changed: false },
    });
  });

  it('are refused only by what holds now', async () => {
    expect(await other.send({ type: 'CreateTeam', teamId: 'b', name: 'B' })).toEqual(changed(2));
    expect(await one.send({ type: 'ArchiveTeam', teamId: 'b' })).toEqual(changed(3));
    expect(await other.send({ type: 'ArchiveTeam', teamId: 'c' })).toMatchObject({ status: 'refused' });
  });

  it('are decided again when the append meets another revision, and then look first', async () => {
    expect(await other.send({ type: 'CreateTeam', teamId: 'b', name: 'B' })).toEqual(changed(2));
    expect(await one.send({ type: 'CreateTeam', teamId: 'c', name: 'C' })).toEqual(changed(3));
    expect(one.conflicts).toBe(1);
    expect(await other.send({ type: 'ArchiveTeam', teamId: 'c' })).toEqual(changed(4));
    expect(await one.send({ type: 'ArchiveTeam', teamId: 'b' })).toEqual(changed(5));
    expect([one.conflicts, await typesStored()]).toEqual([
      1,
      ['WorkspaceStarted', 'TeamCreated', 'TeamCreated', 'TeamCreated', 'TeamArchived', 'TeamArchived'].map(
        (type) => `${type}.v1`,
      ),
    ]);
  });

  it('are answered under a key as they were by another process, whatever holds since', async () => {
    const refused = await other.send({ type: 'ArchiveTeam', teamId: 'b' }, 'k1');
    expect(refused).toMatchObject({ status: 'refused' });
    await one.send({ type: 'CreateTeam', teamId: 'b', name: 'B' });
    expect(await one.send({ type: 'ArchiveTeam', teamId: 'b' }, 'k1')).toEqual(replayed(refused));

    expect(await other.send({ type: 'ArchiveTeam', teamId: 'b' }, 'k2')).toEqual(changed(3));
    // Appended again with the same ids, before the first was seen here.
    expect(await one.send({ type: 'ArchiveTeam', teamId: 'b' }, 'k2')).toEqual(changed(3));
  });

  it('are answered by what was done, when one request sent to two processes was refused by one', async () => {
    const archive: WorkspaceCommand = { type: 'ArchiveTeam', teamId: 'b' };
    let second: CommandOutcome | undefined;
    one.interruption = {
      prefix: 'idempotency-',
      act: async () => {
        await other.send({ type: 'CreateTeam', teamId: 'b', name: 'B' });
        second = await other.send(archive, 'k1');
      },
    };
    const first = await one.send(archive, 'k1');
    expect(second).toEqual(changed(3));
    // The refusal was given to nobody but the first, who may ask again.
    expect(first).toMatchObject({ status: 'refused' });
    for (const process of [other, one, new Process('restarted', store)]) {
      expect(await process.send(archive, 'k1')).toEqual(replayed(second));
    }
    expect((await typesStored()).filter((type) => type === 'TeamArchived.v1')).toHaveLength(1);
  });

  it('are answered by the later refusal, when the key was used for something else long before', async () => {
    expect(await one.send({ type: 'ArchiveTeam', teamId: 'a' }, 'k1')).toEqual(changed(2));
    now += 2 * DAY;
    const missing: WorkspaceCommand = { type: 'ArchiveTeam', teamId: 'b' };
    const refused = await other.send(missing, 'k1');
    expect(refused).toMatchObject({ status: 'refused' });
    await other.send({ type: 'CreateTeam', teamId: 'b', name: 'B' });
    for (const process of [other, one, new Process('restarted', store)]) {
      expect(await process.send(missing, 'k1')).toEqual(replayed(refused));
    }
  });

  it('are answered by what they did, also when another process answers under a key meanwhile', async () => {
    const nowhere = (teamId: string): WorkspaceCommand => ({ type: 'ArchiveTeam', teamId });
    one.interruption = { prefix: 'idempotency-', act: () => other.send(nowhere('y'), 'k1') };
    const outcomes = await Promise.all([
      one.send({ type: 'CreateTeam', teamId: 'b', name: 'B' }),
      one.send(nowhere('z'), 'k2'),
    ]);
    expect(outcomes).toEqual([changed(2), expect.objectContaining({ status: 'refused' })]);
    expect((await typesStored()).filter((type) => type === 'TeamCreated.v1')).toHaveLength(2);

    // Both gave an answer under the same key: the first holds, whichever process is asked.
    one.interruption = { prefix: 'idempotency-', act: () => other.send(nowhere('y'), 'k3') };
    const [, answered] = await Promise.all([
      one.send({ type: 'CreateTeam', teamId: 'c', name: 'C' }),
      one.send(nowhere('y'), 'k3'),
    ]);
    expect(await other.send(nowhere('y'), 'k3')).toEqual(replayed(answered));
    const answers = await store.readStream(idempotencyStream(workspaceStream('w')));
    expect(answers.map(({ metadata }) => metadata.idempotencyKey)).toEqual(['k1', 'k2', 'k3']);
  });

  it.each([
    ['is hindered for a moment', 3, 'fulfilled'],
    ['never succeeds', Infinity, 'rejected'],
  ])(
    'are never decided again once they are recorded, when recording an answer beside them %s',
    async (_, most, outcome) => {
      const nowhere = (teamId: string): WorkspaceCommand => ({ type: 'ArchiveTeam', teamId });
      // Another process answers under other keys, each time right before this one does.
      let times = 0;
      const getBefore = (): void => {
        one.interruption = {
          prefix: 'idempotency-',
          act: async () => {
            await other.send(nowhere('y'), `other-${(times += 1)}`);
            if (times < most) getBefore();
          },
        };
      };
      getBefore();
      const [created, archived, restored, refused] = await Promise.allSettled([
        one.send({ type: 'CreateTeam', teamId: 'b', name: 'B' }),
        one.send({ type: 'ArchiveTeam', teamId: 'b' }, 'k1'),
        one.send({ type: 'RestoreTeam', teamId: 'b' }),
        one.send(nowhere('z'), 'k2'),
      ]);
      one.interruption = undefined;
      expect(await typesStored()).toEqual(
        ['WorkspaceStarted', 'TeamCreated', 'TeamCreated', 'TeamArchived', 'TeamRestored'].map((type) => `${type}.v1`),
      );
      expect([created, archived, restored]).toEqual(
        [2, 3, 4].map((revision) => ({ status: 'fulfilled', value: changed(revision) })),
      );
      expect(refused.status).toBe(outcome);
      // Nothing came of it, and so it may be sent again under its key.
      expect(await one.send(nowhere('z'), 'k2')).toMatchObject({
        status: 'refused',
        problem: { code: 'unknown-team' },
      });
    },
  );

  it('are answered also when their answers are more than is taken at once', async () => {
    one.mostAtOnce = 3;
    const keys = ['k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7'];
    const [created, ...refused] = await Promise.all([
      one.send({ type: 'CreateTeam', teamId: 'b', name: 'B' }),
      ...keys.map((key) => one.send({ type: 'ArchiveTeam', teamId: key }, key)),
    ]);
    expect(created).toEqual(changed(2));
    expect(refused.map(({ status }) => status)).toEqual(keys.map(() => 'refused'));
    const answers = await store.readStream(idempotencyStream(workspaceStream('w')));
    expect(answers.map(({ metadata }) => metadata.idempotencyKey)).toEqual(keys);
    expect((await typesStored()).filter((type) => type === 'TeamCreated.v1')).toHaveLength(2);
  });

  it.each<[string, WorkspaceCommand]>([
    ['prepared', { type: 'CreateTeam', teamId: 'unprepared', name: 'U' }],
    ['decided', { type: 'Nonsense' } as unknown as WorkspaceCommand],
    ['recorded', { type: 'CreateTeam', teamId: 'x', name: 7 as unknown as string }],
  ])('fail alone when they cannot be %s, and not their neighbours', async (_, faulty) => {
    one.preparation = (commands) =>
      commands.includes(faulty) && faulty.type === 'CreateTeam' && faulty.teamId === 'unprepared'
        ? Promise.reject(new Error('no key'))
        : Promise.resolve();
    const teams = (...ids: string[]) =>
      ids.map((teamId): WorkspaceCommand => ({ type: 'CreateTeam', teamId, name: teamId }));
    const commands = [...teams('b', 'c'), faulty, ...teams('d', 'e', 'f')];
    const outcomes = await Promise.allSettled(commands.map((command) => one.send(command)));
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(commands.map((command) => command !== faulty));
    const created = (await store.readStream(workspaceStream('w'))).slice(2).map(({ data }) => data);
    expect(created).toMatchObject(['b', 'c', 'd', 'e', 'f'].map((teamId) => ({ teamId })));
  });

  it('fail together while a file that all need is away', async () => {
    let asked = 0;
    one.preparation = () => {
      asked += 1;
      return Promise.reject(new DatabaseError('disk-full', 'keys.db', 'no space left'));
    };
    const outcomes = await Promise.allSettled(
      ['b', 'c', 'd', 'e'].map((teamId) => one.send({ type: 'CreateTeam', teamId, name: teamId })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'rejected'));
    // Once as it is remembered, and once as it is.
    expect(asked).toBe(2);
  });

  it('fail when a consequence fails, and are not decided again as if nothing had been done', async () => {
    one.consequences = () => Promise.reject(new Error('the key cannot be destroyed'));
    await expect(one.send({ type: 'CreateTeam', teamId: 'b', name: 'B' })).rejects.toThrow('cannot be destroyed');
    expect(await typesStored()).toHaveLength(3);
    const both = ['c', 'd'].map((teamId) => one.send({ type: 'CreateTeam', teamId, name: teamId }));
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await typesStored()).toHaveLength(5);
  });
});
