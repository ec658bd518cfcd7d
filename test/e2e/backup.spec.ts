import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { openEmbeddedEventStore, verifyChain } from '@seatledger/event-store';
import { newSigningKeyPem, openSigningKeys, parseSigningKey } from '@seatledger/signing';

import { writeManifest } from '../../apps/cli/backup-manifest';
import { BILL_TO, Service, temporaryFolder } from '../support/service';

const CLI = path.join(__dirname, '../../dist/apps/cli/main.js');

interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the command line on a data folder. */
function cli(dataDir: string, ...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [CLI, ...args], { env: { PATH: process.env['PATH'], DATA_DIR: dataDir } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

const folder = temporaryFolder();
const inFolder = (name: string) => path.join(folder.path, name);
const data = inFolder('data');
let running: Service | undefined;

const add = (memberId: string) => ({
  type: 'AddMember',
  workspaceId: 'acme',
  memberId,
  name: `Name of ${memberId}`,
  email: `${memberId}@acme.example`,
  teamIds: ['red'],
  occurredAt: '2026-01-05T08:00:00Z',
});
const send = (service: Service, lines: readonly object[]) =>
  service.call('product', 'POST', '/v1/commands', {
    body: `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`,
    headers: { 'content-type': 'application/x-ndjson' },
  });

/** What a service says of the workspace: the invoice's bytes, the month, names by member. */
async function told(service: Service) {
  await service.until('product', '/health/ready', ({ status }) => status === 200);
  const { body: month } = await service.call('product', 'GET', '/v1/workspaces/acme/months/2026-01');
  const pdf = await service.call<Buffer>('accounting', 'GET', `/v1/invoices/${String(month['invoiceNumber'])}/pdf`);
  const { body: members } = await service.call('product', 'GET', '/v1/workspaces/acme/members?limit=1000');
  const items = members['items'] as { memberId: string; name: string | null }[];
  return { month, pdf: pdf.body, names: new Map(items.map(({ memberId, name }) => [memberId, name])) };
}

async function onData<Result>(dataDir: string, look: (service: Service) => Promise<Result>): Promise<Result> {
  running = await Service.start(dataDir);
  try {
    return await look(running);
  } finally {
    await running.stop();
  }
}

let original: Awaited<ReturnType<typeof told>>;
let backedUp: Ran;

beforeAll(async () => {
  await onData(data, async (service) => {
    await send(service, [
      { type: 'StartWorkspace', workspaceId: 'acme', name: 'Acme', startedAt: '2026-01-01T08:00:00Z' },
      { type: 'CreateTeam', workspaceId: 'acme', teamId: 'red', name: 'Red', occurredAt: '2026-01-02T08:00:00Z' },
      ...['ann', 'eve'].map(add),
    ]);
    await service.call('accounting', 'PUT', '/v1/workspaces/acme/contract', {
      body: {
        variant: 'user',
        unitPriceMinor: 700,
        currency: 'EUR',
        firstMonth: '2026-01',
        billTo: BILL_TO,
        delivery: ['download'],
      },
    });
    await service.close('2026-01');
    const { body: month } = await service.call('product', 'GET', '/v1/workspaces/acme/months/2026-01');
    const route = `/v1/invoices/${String(month['invoiceNumber'])}`;
    await service.until('accounting', route, ({ body }) => body['status'] === 'delivered');

    const lines = Array.from({ length: 1_500 }, (_, index) => add(`m${index}`));
    [backedUp] = await Promise.all([cli(data, 'backup', inFolder('first')), send(service, lines)]);
    // Erased after that backup; only its keys are kept up to date.
    await service.call('product', 'POST', '/v1/workspaces/acme/members/eve/erase', { body: {} });
    expect(await cli(data, 'backup', inFolder('second'), '--keys', inFolder('keys'))).toMatchObject({ code: 0 });
    expect(await cli(data, 'backup', inFolder('third'), '--keys', inFolder('keys'))).toMatchObject({ code: 0 });
    original = await told(service);
  });
});
afterAll(async () => {
  await running?.stop();
  folder.remove();
});

describe('a backup', () => {
  it('is made while the service is written to, and says where the keys are', () => {
    expect(backedUp.code).toBe(0);
    expect(backedUp.output).toMatch(
      /^\d+ files, [\d.]+ MB, of .*data in .*first\nKeys in .*first\/keys: .*\nSigned by [\w-]{43}: /,
    );
    expect(readdirSync(inFolder('first')).sort()).toEqual(
      expect.arrayContaining([
        'SHA256SUMS',
        'documents',
        'events.db',
        'keys',
        'manifest.json',
        'manifest.sig',
        'read-models.db',
      ]),
    );
    expect(readdirSync(inFolder('first/keys')).sort()).toEqual([
      'SHA256SUMS',
      'api-keys.json',
      'manifest.json',
      'manifest.sig',
      'personal-data-keys.db',
      'personal-data.key',
      'signing-key.pem',
    ]);
    const { files } = JSON.parse(readFileSync(inFolder('first/manifest.json'), 'utf8')) as {
      files: { file: string }[];
    };
    const all = readdirSync(inFolder('first'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      statSync(inFolder(`first/${file}`)).isFile(),
    );
    const others = all.filter((file) => !/^manifest\.(json|sig)$/.test(file));
    expect(files.map(({ file }) => file).sort()).toEqual(others.sort());
    expect(readdirSync(inFolder('third'))).not.toContain('keys');
    // Made again when missing; a snapshot taken after the events were copied would be ahead of them.
    expect(existsSync(path.join(data, 'snapshots.db'))).toBe(true);
    expect(existsSync(inFolder('first/snapshots.db'))).toBe(false);
    expect(readdirSync(folder.path).filter((name) => name.includes('part'))).toEqual([]);
    expect(statSync(inFolder('first/keys/personal-data.key')).mode & 0o777).toBe(0o600);
    expect(statSync(inFolder('first')).mode & 0o777).toBe(0o700);
  });

  it('replaces nothing, and is not made of nothing', async () => {
    expect(await cli(data, 'backup', inFolder('first'))).toEqual({
      code: 1,
      output: `${inFolder('first')} is not empty.\n`,
    });
    const keys = await cli(data, 'backup', inFolder('fourth'), '--keys', inFolder('second'));
    expect(keys).toEqual({ code: 1, output: `${inFolder('second')} is not empty.\n` });
    const nothing = await cli(inFolder('nowhere'), 'backup', inFolder('fourth'));
    expect(nothing.code).toBe(1);
    expect(nothing.output).toMatch(/nowhere holds no data: set DATA_DIR/);
    expect(existsSync(inFolder('fourth'))).toBe(false);
  });

  it('is restored with the newest keys: all there, and who was erased since is gone', async () => {
    const restored = inFolder('restored');
    const ran = await cli(restored, 'restore', inFolder('first'), '--keys', inFolder('keys'));
    expect([ran.code, ran.output]).toEqual([0, expect.stringMatching(/^\d+ files checked and restored/)]);
    const copy = await onData(restored, told);
    expect(copy.month).toEqual(original.month);
    expect(copy.pdf.equals(original.pdf)).toBe(true);
    expect([copy.names.get('ann'), copy.names.get('eve')]).toEqual(['Name of ann', null]);
    const store = await openEmbeddedEventStore({ file: path.join(restored, 'events.db') });
    expect(await store.checkIntegrity()).toEqual([]);
    expect(await verifyChain(store)).toMatchObject({ faultCount: 0 });
    await store.close();
  });

  it('with its own, older keys opens the names of then, until they are erased again', async () => {
    const restored = inFolder('older');
    await cli(restored, 'restore', inFolder('first'));
    await onData(restored, async (service) => {
      expect((await told(service)).names.get('eve')).toBe('Name of eve');
      await service.call('product', 'POST', '/v1/workspaces/acme/members/eve/erase', { body: {} });
      expect((await told(service)).names.get('eve') ?? null).toBeNull();
    });
    // Older keys beside newer events: the recorded erasure reaches them at the start.
    cpSync(inFolder('first/keys/personal-data-keys.db'), path.join(restored, 'personal-data-keys.db'));
    await onData(restored, async (service) => {
      await service.until(
        'product',
        '/v1/workspaces/acme/months/2026-01/licensees.csv',
        ({ text }) => !text.includes('Name of eve'),
      );
    });
  });

  it('is restored only when the key that must have signed it did', async () => {
    const [, signer = ''] = /Signed by ([\w-]+):/.exec(backedUp.output) ?? [];
    const published = await onData(data, (service) =>
      service.call<{ keys: { kid: string }[] }>(undefined, 'GET', '/.well-known/seatledger-signing-keys.json'),
    );
    expect(published.headers.get('content-type')).toContain('application/jwk-set+json');
    expect(published.body.keys).toEqual([
      expect.objectContaining({ kid: signer, kty: 'OKP', crv: 'Ed25519', validFrom: expect.any(String) as string }),
    ]);
    const proved = await cli(inFolder('proved'), 'restore', inFolder('first'), '--key', signer);
    expect([proved.code, proved.output]).toEqual([0, expect.stringContaining(`Signed by ${signer} at 20`)]);
    const other = await cli(inFolder('new'), 'restore', inFolder('first'), '--key', 'x'.repeat(43));
    expect([other.code, other.output]).toEqual([1, expect.stringContaining('not a key that is trusted here')]);
    const altered = inFolder('altered');
    cpSync(inFolder('first'), altered, { recursive: true });
    const sums = path.join(altered, 'SHA256SUMS');
    writeFileSync(sums, readFileSync(sums, 'utf8').split('\n').slice(1).join('\n'));
    expect(await cli(inFolder('new'), 'restore', altered)).toEqual({
      code: 1,
      output: `${sums} is not what was signed.\n`,
    });
    expect(existsSync(inFolder('new'))).toBe(false);
  }, 60_000);

  it.each([
    ['a file outside of the folder', '../escaped'],
    ['a file by its whole path', '/tmp/escaped'],
    ['a file of another system', 'documents\\..\\..\\escaped'],
    ['a key among the data', 'personal-data-keys.db'],
    ['the folder itself', '.'],
  ])('that names %s is not restored, whichever key signed it', async (_what, name) => {
    const hostile = mkdtempSync(path.join(folder.path, 'hostile-'));
    const signingKey = parseSigningKey(newSigningKeyPem());
    await openSigningKeys(hostile, signingKey, 0);
    const keys = path.join(hostile, 'keys');
    mkdirSync(keys);
    const content = 'x';
    const sum = createHash('sha256').update(content).digest('hex');
    writeFileSync(path.join(hostile, 'SHA256SUMS'), `${sum}  ${name}\n`);
    writeFileSync(path.join(keys, 'SHA256SUMS'), '');
    writeFileSync(path.join(folder.path, 'escaped'), content);
    for (const each of [keys, hostile]) await writeManifest(each, signingKey, 0);
    const refused = await cli(inFolder('victim/data'), 'restore', hostile);
    expect(refused).toEqual({
      code: 1,
      output: `${hostile}/SHA256SUMS names ${JSON.stringify(name)}, which is no file of such a backup.\n`,
    });
    expect(existsSync(inFolder('victim/escaped'))).toBe(false);
  });

  it('that holds a link to another file is not restored', async () => {
    const linked = inFolder('linked');
    cpSync(inFolder('third'), linked, { recursive: true });
    const file = path.join(linked, 'events.db');
    rmSync(file);
    symlinkSync(inFolder('third/events.db'), file);
    expect(await cli(inFolder('new'), 'restore', linked, '--keys', inFolder('keys'))).toEqual({
      code: 1,
      output: `${file} is not a file of the backup.\n`,
    });
  });

  it('is not restored when a file is not what it was, or over other data', async () => {
    const damaged = inFolder('damaged');
    cpSync(inFolder('third'), damaged, { recursive: true });
    const file = path.join(damaged, 'events.db');
    const content = readFileSync(file);
    content.writeUInt8(content.readUInt8(5_000) ^ 1, 5_000);
    writeFileSync(file, content);
    const refused = await cli(inFolder('new'), 'restore', damaged, '--keys', inFolder('keys'));
    expect(refused).toEqual({ code: 1, output: `${file} is not what was backed up: its SHA-256 is another.\n` });
    expect(existsSync(inFolder('new'))).toBe(false);
    const over = await cli(data, 'restore', inFolder('third'), '--keys', inFolder('keys'));
    expect(over).toEqual({ code: 1, output: `${data} is not empty.\n` });
    const none = await cli(inFolder('new'), 'restore', inFolder('first/keys'));
    expect(none.output).toMatch(/keys is not a backup: it has no SHA256SUMS/);
  });
});

describe('copy-events', () => {
  it('moves the history to another store, on which the service goes on', async () => {
    const moved = inFolder('moved');
    mkdirSync(moved, { mode: 0o700 });
    const first = await cli(data, 'copy-events', '--from', 'embedded', '--to', moved);
    expect(first.code).toBe(0);
    const [, events] = /(\d+) events in \d+ streams, \1 of them copied now/.exec(first.output) ?? [];
    expect(Number(events)).toBeGreaterThan(3_000);
    const again = await cli(data, 'copy-events', '--from', 'embedded', '--to', path.join(moved, 'events.db'));
    expect(again.output).toContain(`${events} events in`);
    expect(again.output).toContain(' 0 of them copied now.');

    for (const name of readdirSync(data)) {
      if (!/^(events|read-models)\.db|^cache$/.test(name))
        cpSync(path.join(data, name), path.join(moved, name), { recursive: true });
    }
    const copy = await onData(moved, told);
    expect(copy.month).toEqual(original.month);
    expect(copy.pdf.equals(original.pdf)).toBe(true);
    expect(copy.names).toEqual(original.names);
  });

  it('says in one line what is in the way', async () => {
    const onto = await cli(data, 'copy-events', '--from', 'embedded', '--to', path.join(data, 'events.db'));
    expect(onto).toEqual({ code: 1, output: 'The history cannot be copied onto itself.\n' });
    const none = await cli(data, 'copy-events', '--from', inFolder('none.db'), '--to', inFolder('x.db'));
    expect(none).toEqual({ code: 1, output: `${inFolder('none.db')}: there is no event store.\n` });
    expect(existsSync(inFolder('x.db'))).toBe(false);
    writeFileSync(inFolder('note.db'), 'no database '.repeat(100));
    const other = await cli(data, 'copy-events', '--from', inFolder('note.db'), '--to', inFolder('x.db'));
    expect([other.code, other.output]).toEqual([1, expect.stringMatching(/^.*note\.db is not a database.*\n$/)]);
    rmSync(inFolder('x.db'), { force: true });
  });
});
