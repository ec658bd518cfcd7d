import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type WorkspaceCommand } from '@seatledger/domain';
import { type EmbeddedEventStore, EventStore, openEmbeddedEventStore, workspaceStream } from '@seatledger/event-store';
import { openFileKeyStore, PersonalData } from '@seatledger/personal-data';

import { KnownKeys } from '../personal-data/testing';
import { ErasureFollower } from './erasures';
import { WorkspaceQueue } from './queues';
import { workspaceAggregate, workspaceHooks } from './subjects';

const ADA = { memberId: 'ada', generation: 0 };
let folder: string;
let store: EmbeddedEventStore;
let eventStore: EventStore;
let personalData: PersonalData;
let encrypted: string;
const followers: ErasureFollower[] = [];

const keysIn = (name = 'personal-data-keys.db') => path.join(folder, name);
const openKeys = (file = keysIn()) =>
  openFileKeyStore({ file, durability: 'none-for-tests' }).then((kept) =>
    PersonalData.open({ store: kept, masterKey: Buffer.alloc(32, 7) }),
  );
const openEvents = (name: string) =>
  openEmbeddedEventStore({ file: path.join(folder, name), durability: 'none-for-tests', pollInterval: 5 });

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'erasures-'));
  store = await openEvents('events.db');
  eventStore = new EventStore(store, () => Date.UTC(2026, 2, 1), new KnownKeys());
  personalData = await openKeys();
  await personalData.prepare('acme', [ADA]);
  encrypted = personalData.encrypt('acme', ADA, 'Ada Lovelace');
});
afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.stop()));
  await Promise.all([store.close(), personalData.close()]);
  rmSync(folder, { recursive: true });
});

/** The event alone, as a process leaves it that dies before it destroys the key. */
const recordErasure = (to = eventStore, memberId = 'ada') =>
  to.append(workspaceStream('acme'), 'no-stream', [
    {
      origin: { commandId: 'erase', correlationId: 'c', actor: 'key-1' },
      events: [{ type: 'MemberErased', data: { memberId, keyGeneration: 0 }, occurredAt: 0 }],
    },
  ]);
const recordOthers = (stream: string, count: number, to = eventStore) =>
  to.append(stream, 'no-stream', [
    {
      origin: { commandId: stream, correlationId: 'c', actor: 'key-1' },
      events: Array.from({ length: count }, () => ({ type: 'TeamArchived', data: { teamId: 'red' }, occurredAt: 0 })),
    },
  ]);
const follower = (keys = personalData, events: EmbeddedEventStore = store) => {
  const made = new ErasureFollower(events, keys, { interval: 1 });
  followers.push(made);
  return made;
};
const decrypted = async (memberId: string, text: string, keys = personalData) =>
  (await keys.memberDecrypter('acme', [{ memberId, texts: [text] }]))(memberId, text);
const isReadable = async (keys = personalData) => (await decrypted('ada', encrypted, keys)) !== null;

it('finishes an erasure whose process died before it destroyed the key', async () => {
  await recordErasure();
  expect(await isReadable()).toBe(true);
  await follower().catchUp();
  expect(await isReadable()).toBe(false);
});

it('makes a second process forget a key that the first destroyed', async () => {
  const second = await openKeys();
  expect(await isReadable(second)).toBe(true);
  const following = follower(second);
  following.start();
  await recordErasure();
  await personalData.destroy('acme', ADA);
  const deadline = Date.now() + 600_000;
  while ((await isReadable(second)) && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  expect(await isReadable(second)).toBe(false);
  await following.stop();
  await second.close();
});

it('erases again in keys that were restored from an older backup', async () => {
  await personalData.close();
  copyFileSync(keysIn(), keysIn('backup.db'));
  personalData = await openKeys();
  await recordErasure();
  await follower().catchUp();
  const restored = await openKeys(keysIn('backup.db'));
  expect(await isReadable(restored)).toBe(true);
  await follower(restored).catchUp();
  expect(await isReadable(restored)).toBe(false);
  await restored.close();
});

it('goes on from where it was, and begins again in another history', async () => {
  await recordOthers('workspace-other', 10_500);
  const first = follower();
  await first.catchUp();
  expect(await personalData.followedTo()).toBeUndefined();
  await recordOthers('workspace-next', 2);
  await first.catchUp();
  expect(await personalData.followedTo()).toMatchObject({ position: 10_500 });
  const reads: number[] = [];
  const watched = new Proxy(store, {
    get: (target, name) =>
      name === 'readAll'
        ? (options: Parameters<typeof store.readAll>[0]) => {
            reads.push(options.after);
            return target.readAll(options);
          }
        : (Reflect.get(target, name) as unknown),
  });
  await follower(personalData, watched).catchUp();
  expect(reads).toEqual([10_500, 10_500]);

  // A history that was moved: with other events at the same places, or too short.
  for (const [name, events] of [
    ['moved', 10_600],
    ['short', 1],
  ] as const) {
    await personalData.prepare('acme', [{ memberId: name, generation: 0 }]);
    const other = personalData.encrypt('acme', { memberId: name, generation: 0 }, 'Ada Lovelace');
    const moved = await openEvents(`${name}.db`);
    const ledgerOfMoved = new EventStore(moved, () => 0, new KnownKeys());
    await recordErasure(ledgerOfMoved, name);
    await recordOthers('workspace-other', events, ledgerOfMoved);
    await follower(personalData, moved).catchUp();
    expect(await decrypted(name, other)).toBeNull();
    await moved.close();
  }
});

it('notes its place behind an erasure, too', async () => {
  const following = follower();
  await recordErasure();
  await following.catchUp();
  await recordOthers('workspace-other', 1);
  await following.catchUp();
  expect((await personalData.followedTo())?.position).toBe(1);
});

it('reports a failure and tries again', async () => {
  await recordErasure();
  const failures: unknown[] = [];
  let broken = true;
  const faulty = new Proxy(store, {
    get: (target, name) =>
      name === 'readAll' && broken
        ? () => {
            broken = false;
            return Promise.reject(new Error('away'));
          }
        : (Reflect.get(target, name) as unknown),
  });
  const following = new ErasureFollower(faulty, personalData, {
    interval: 1,
    onFailure: (error) => failures.push(error),
  });
  followers.push(following);
  following.start();
  const deadline = Date.now() + 600_000;
  while ((await isReadable()) && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
  expect(await isReadable()).toBe(false);
  expect(failures).toEqual([new Error('away')]);
});

it('distinguishes a member whose key was destroyed by an erasure that the history does not hold', async () => {
  const occurredAt = Date.UTC(2026, 1, 1);
  const queue = new WorkspaceQueue(eventStore, workspaceAggregate(), workspaceHooks(personalData), () =>
    Date.UTC(2026, 2, 1),
  );
  let sent = 0;
  const send = (command: WorkspaceCommand) =>
    queue.submit('acme', `c${(sent += 1)}`, command, { actor: 'test', correlationId: 'c' });
  const add = (memberId: string) =>
    send({ type: 'AddMember', memberId, name: 'N', email: 'n@example.org', occurredAt });
  const rename = (memberId: string) => send({ type: 'UpdateMember', memberId, name: 'Other' });
  const refused = (advice: RegExp): unknown => ({
    status: 'refused',
    problem: { kind: 'conflict', code: 'member-key-destroyed', detail: expect.stringMatching(advice) as unknown },
  });
  const done = { status: 'done', answer: { changed: true } };
  await send({ type: 'StartWorkspace', workspaceId: 'acme', name: 'Acme', occurredAt });
  await add('ada');
  // The history was restored from before both were erased, and before one of them was even added.
  await personalData.destroy('acme', ADA);
  await personalData.destroy('acme', { memberId: 'bob', generation: 0 });

  expect(await Promise.all([add('eve'), rename('ada'), add('bob'), rename('eve')])).toMatchObject([
    done,
    refused(/erase the member again/),
    refused(/another id/),
    done,
  ]);
  expect(await send({ type: 'EraseMember', memberId: 'ada' })).toMatchObject(done);
  expect(await rename('ada')).toMatchObject({ status: 'refused', problem: { code: 'member-erased' } });
});
