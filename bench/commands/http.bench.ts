/**
 * Commands over real HTTP to the built service: one by one, in batches, and as a stream of lines,
 * beside the framework's ceiling: the same route with no work behind it, and the same client.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import autocannon from 'autocannon';

import { KEYS, Service } from '../../test/support/service';
import { type BenchOptions, type Measurement, print, rate, type Row, runRounds } from '../measure';

const CEILING = 'HTTP: the framework alone';
const WORKSPACES = 64;
const CONNECTIONS = 64;
const DURABLE = 'fsync before the answer';
const DATA = `CreateTeam in ${WORKSPACES} workspaces`;
const BATCH = 100;

export async function run({ folder, rounds = 5, scale = 1 }: BenchOptions): Promise<Row[]> {
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(path.join(folder, 'http-'));
  const count = (commands: number) => Math.max(BATCH, Math.round((commands * scale) / BATCH) * BATCH);
  const service = await Service.start(path.join(own, 'data'), { RATE_LIMIT_PER_MINUTE: '1000000000' });
  const ceiling = await startCeiling();
  let made = 0;
  /** Another team each time: every command changes something. */
  const nextTeam = () => {
    made += 1;
    return { workspaceId: `w-${made % WORKSPACES}`, teamId: `t-${made}`, name: `Team ${made}` };
  };
  const nextBatch = () => Array.from({ length: BATCH }, () => ({ type: 'CreateTeam', ...nextTeam() }));
  const single = (url: string): autocannon.Request => ({
    method: 'POST',
    setupRequest: (request) => {
      const { workspaceId, ...team } = nextTeam();
      return { ...request, path: `${url}/v1/workspaces/${workspaceId}/teams`, body: JSON.stringify(team) };
    },
  });
  const latencies = new Map<string, { p50: number; p99: number }[]>();
  const fire = async (name: string, url: string, amount: number, request: autocannon.Request): Promise<number> => {
    const result = await autocannon({
      url,
      amount,
      connections: CONNECTIONS,
      // How often it looks whether all are answered, in ms.
      sampleInt: 20,
      headers: { authorization: `Bearer ${KEYS.product}`, 'content-type': 'application/json' },
      requests: [request],
    });
    if (result.non2xx > 0 || result.errors > 0)
      throw new Error(`${name}: ${result.non2xx} refused, ${result.errors} failed`);
    const { p50, p99 } = result.latency;
    latencies.set(name, [...(latencies.get(name) ?? []), { p50, p99 }]);
    return amount / ((result.finish.getTime() - result.start.getTime()) / 1000);
  };

  const measurements: Measurement[] = [
    {
      name: CEILING,
      data: 'the same requests, nothing read, decided or written',
      durability: 'none',
      measure: () => fire(CEILING, ceiling.url, count(20_000), single('')),
    },
    {
      name: 'HTTP: single commands',
      data: `${DATA}, ${CONNECTIONS} connections`,
      durability: DURABLE,
      ratioTo: [CEILING],
      measure: () => fire('HTTP: single commands', service.url, count(20_000), single('')),
    },
    {
      name: `HTTP: batches of ${BATCH}`,
      data: `${DATA}, 8 batches at a time`,
      durability: DURABLE,
      measure: () => {
        const batches = count(60_000) / BATCH;
        return rate(batches * BATCH, async () => {
          const sender = async (many: number): Promise<void> => {
            for (let index = 0; index < many; index += 1) await sendBatch(service, nextBatch());
          };
          await Promise.all(Array.from({ length: 8 }, () => sender(Math.ceil(batches / 8))));
        });
      },
    },
    {
      name: 'HTTP: NDJSON, one stream',
      data: DATA,
      durability: DURABLE,
      measure: () => rate(count(60_000), () => sendLines(service, count(60_000) / BATCH, nextBatch)),
    },
  ];
  try {
    for (let index = 0; index < WORKSPACES; index += 1) {
      await service.call('product', 'POST', '/v1/workspaces', { body: { workspaceId: `w-${index}`, name: 'W' } });
    }
    await fire('warm-up', service.url, 2000, single(''));
    await fire('warm-up', ceiling.url, 2000, single(''));
    const rows = await runRounds(measurements, 'commands/s', rounds);
    return rows.map((row) => ({ ...row, ...medianLatency(latencies.get(row.name)) }));
  } finally {
    await service.stop();
    ceiling.stop();
    rmSync(own, { recursive: true, force: true });
  }
}

async function sendBatch(service: Service, commands: readonly object[]): Promise<void> {
  const { status, body } = await service.call<{ results: { status: string }[] }>('product', 'POST', '/v1/commands', {
    body: { commands },
  });
  const refused =
    status === 200 ? body.results.filter((result) => result.status !== 'accepted').length : commands.length;
  if (refused > 0) throw new Error(`${refused} of a batch were refused`);
}

async function sendLines(service: Service, batches: number, nextBatch: () => object[]): Promise<void> {
  async function* lines(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < batches; index += 1) {
      yield await Promise.resolve(
        Buffer.from(
          nextBatch()
            .map((command) => `${JSON.stringify(command)}\n`)
            .join(''),
        ),
      );
    }
  }
  const response = await fetch(`${service.url}/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEYS.product}`, 'content-type': 'application/x-ndjson' },
    body: lines(),
    duplex: 'half',
  });
  const text = await response.text();
  const accepted = text.split('\n').filter((line) => line.includes('"accepted"')).length;
  if (accepted !== batches * BATCH) throw new Error(`${accepted} of ${batches * BATCH} lines were accepted`);
}

async function startCeiling(): Promise<{ url: string; stop: () => void }> {
  const child = spawn(
    process.execPath,
    ['-r', path.join(__dirname, '../../scripts/load-sources.cjs'), path.join(__dirname, 'ceiling.ts')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the ceiling did not start')));
    child.stdout.on('data', (chunk: Buffer) => {
      const listening = /listens on (\S+)/.exec(chunk.toString())?.[1];
      if (listening !== undefined) resolve(listening);
    });
  });
  return { url, stop: () => void child.kill('SIGTERM') };
}

function medianLatency(samples: readonly { p50: number; p99: number }[] = []): Pick<Row, 'latency'> | object {
  const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
  if (samples.length === 0) return {};
  return { latency: { p50: middle(samples.map(({ p50 }) => p50)), p99: middle(samples.map(({ p99 }) => p99)) } };
}

if (require.main === module) {
  void run({ folder: process.argv[2] ?? tmpdir(), scale: Number(process.argv[3] ?? 1) }).then(print);
}
