import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';

import { Api } from '../api';
import { CliError } from '../cli-error';

/** The service, running in a process of its own on a free port. */
export interface RunningService {
  readonly api: Api;
  readonly url: string;
  stop(): Promise<void>;
}

const MAIN = path.join(__dirname, '../../billing/main.js');
const KEYS = {
  product: 'demo-product',
  accounting: 'demo-accounting',
  scheduler: 'demo-scheduler',
  auditor: 'demo-auditor',
};

/** What ends a demo from outside, with the number of each. */
const SIGNALS: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
];

/** Starts the service as `npm start` would. @throws {CliError} with what it said when it does not start */
export async function startService(env: Record<string, string>): Promise<RunningService> {
  const port = env['PORT'] ?? String(await freePort());
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      LOG_LEVEL: 'warn',
      HOST: '127.0.0.1',
      BILLING_API_KEYS: Object.entries(KEYS)
        .map(([role, key]) => `${role}:${key}`)
        .join(','),
      ...env,
      PORT: port,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  await listening(child, () => said);
  const url = `http://127.0.0.1:${port}`;
  const stopped = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // Also when the demo is aborted: no service stays behind.
  const kill = (): boolean => child.kill('SIGTERM');
  process.once('exit', kill);
  for (const [signal, code] of SIGNALS) process.once(signal, () => process.exit(128 + code));
  return {
    url,
    api: new Api(url, KEYS),
    async stop() {
      process.removeListener('exit', kill);
      kill();
      await stopped;
    },
  };
}

function listening(child: ChildProcess, said: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new CliError(`The service did not start.\n${said().trim()}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('listens on')) resolve();
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
