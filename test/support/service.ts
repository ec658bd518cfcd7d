import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The built service in a process of its own: what these tests talk to is what users run. */
const MAIN = path.join(__dirname, '../../dist/apps/billing/main.js');

export const KEYS = { product: 'p-key', accounting: 'a-key', scheduler: 's-key', auditor: 'u-key' };
export type Role = keyof typeof KEYS;

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
  readonly text: string;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Record<string, string>;
}

export class Service {
  private constructor(
    readonly url: string,
    readonly process: ChildProcess,
    readonly output: () => string,
  ) {}

  static async start(dataDir: string, env: Record<string, string> = {}): Promise<Service> {
    const { child, output, exited } = launch(dataDir, env);
    const url = await Promise.race([
      exited.then((code) => {
        throw new Error(`the service ended with ${code}:\n${output()}`);
      }),
      new Promise<string>((resolve) => {
        child.stdout?.on('data', () => {
          const listening = /listens on (\S+)/.exec(output());
          if (listening?.[1] !== undefined) resolve(listening[1]);
        });
      }),
    ]);
    return new Service(url, child, output);
  }

  async call<Body = Record<string, unknown>>(
    role: Role | undefined,
    method: string,
    route: string,
    { body, key, headers = {} }: CallOptions = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}${route}`, {
      method,
      headers: {
        ...(role === undefined ? {} : { authorization: `Bearer ${KEYS[role]}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString('utf8');
    const isJson =
      /json/.test(response.headers.get('content-type') ?? '') &&
      !/ndjson/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : bytes) as Body,
      text,
    };
  }

  /** Calls again until the answer is as wanted; fails loudly instead of waiting for ever. */
  async until<Body = Record<string, unknown>>(
    role: Role,
    route: string,
    isWanted: (answer: Answer<Body>) => boolean,
    milliseconds = 600_000,
  ): Promise<Answer<Body>> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const answer = await this.call<Body>(role, 'GET', route);
      if (isWanted(answer)) return answer;
      if (Date.now() > deadline) throw new Error(`${route} stays ${answer.text.slice(0, 1000)}\n${this.output()}`);
      // Asking without a pause would take the time from the service that is waited for.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Closes a month and waits for the run to be done. */
  async close(month: string, workspaceIds?: string[]): Promise<Record<string, unknown>> {
    const { status, body } = await this.call<{ closingId: string }>('scheduler', 'POST', '/v1/closings', {
      body: { month, ...(workspaceIds === undefined ? {} : { workspaceIds }) },
    });
    if (status !== 202) throw new Error(`closing ${month}: ${JSON.stringify(body)}`);
    const done = await this.until(
      'scheduler',
      `/v1/closings/${body.closingId}`,
      (answer) => answer.body['state'] === 'done',
    );
    return done.body;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const { exitCode, signalCode } = this.process;
    if (exitCode !== null || signalCode !== null) return exitCode;
    const exited = new Promise<number | null>((resolve) => this.process.once('exit', (code) => resolve(code)));
    this.process.kill(signal);
    return exited;
  }
}

/** Runs the service until it ends by itself: for starts that must fail. */
export async function failedStart(
  dataDir: string,
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const { child, output, exited } = launch(dataDir, env);
  // One that starts after all would never end: then it is the output that tells.
  child.stdout?.on('data', () => {
    if (/listens on/.test(output())) child.kill('SIGKILL');
  });
  return { code: await exited, output: output() };
}

function launch(
  dataDir: string,
  env: Record<string, string>,
): { child: ChildProcess; output: () => string; exited: Promise<number | null> } {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: '0',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      BILLING_API_KEYS: Object.entries(KEYS)
        .map(([role, key]) => `${role}:${key}`)
        .join(','),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const note = (chunk: Buffer): void => {
    said += chunk.toString();
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { child, output: () => said, exited };
}

/** A folder that is gone after the test. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'seatledger-test-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export const BILL_TO = { name: 'Acme GmbH', street: 'Weg 1', postalCode: '48155', city: 'Münster', country: 'DE' };
