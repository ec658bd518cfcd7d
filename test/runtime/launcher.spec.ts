import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { temporaryFolder } from '../support/service';

const run = promisify(execFile);
const ROOT = path.join(__dirname, '../..');
const RUN = path.join(ROOT, 'scripts/run.cjs');
const folder = temporaryFolder();
afterAll(() => folder.remove());
const running = new Set<Started>();
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill();
    await ended;
  }
  running.clear();
});

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  /** Resolves when nothing holds its output any more: it and all that it started have ended. */
  readonly ended: Promise<void>;
}

/** Starts the service, and waits until it listens. */
async function started(program: string, parameters: readonly string[]): Promise<Started> {
  const env: NodeJS.ProcessEnv = { ...process.env, PORT: '0', DATA_DIR: path.join(folder.path, 'data') };
  delete env['npm_lifecycle_script'];
  const child = spawn(program, parameters, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    void ended.then(() => reject(new Error(`it ended: ${said}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, found] = /listens on (\S+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  const service = { child, url, ended };
  running.add(service);
  return service;
}

describe('npm start', () => {
  it.each([
    ['SIGTERM, as of an init system', (pid: number) => process.kill(pid, 'SIGTERM')],
    ['Ctrl+C, which all of a terminal get', (pid: number) => process.kill(-pid, 'SIGINT')],
  ])('ends with the service on %s', async (_what, end) => {
    const { child, url, ended } = await started('npm', ['start']);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    end(child.pid!);
    await ended;
    await expect(fetch(`${url}/health/live`)).rejects.toThrow();
  });
});

describe('the launcher', () => {
  it('is the service, so that it gets the signals itself', async () => {
    const { child, ended } = await started(process.execPath, [RUN, 'apps/billing/main.js']);
    child.kill('SIGTERM');
    await ended;
    expect(child.exitCode).toBe(0);
  });

  it('runs a command with its parameters, and ends as it does', async () => {
    const { stdout } = await run(process.execPath, [RUN, 'apps/cli/main.js', 'close', '--help']);
    expect(stdout).toContain('Usage: seatledger close');
    await expect(run(process.execPath, [RUN, 'apps/cli/main.js', 'nonsense'])).rejects.toMatchObject({ code: 1 });
  });

  it.each(['0.10.48', '18.20.8', '20.18.3', '21.7.3', '22.11.0', '23.11.1', '25.2.0'])(
    'answers Node %s with one line that says which is needed',
    async (version) => {
      const line = `Seatledger needs Node 24 (recommended), 26, 22.12 or newer, or 20.19 or newer; this is Node ${version}.\n`;
      for (const program of [RUN, ...['billing', 'cli'].map((app) => path.join(ROOT, `dist/apps/${app}/main.js`))]) {
        const failed = run(process.execPath, ['-r', pretending(version), program, 'apps/cli/main.js']);
        await expect(failed).rejects.toMatchObject({ code: 1, stdout: '', stderr: line });
      }
    },
  );

  it.each(['20.19.0', '22.12.0', '24.0.0', '26.10.0', '27.0.0'])('takes Node %s', async (version) => {
    await run(process.execPath, ['-r', pretending(version), path.join(ROOT, 'apps/check-node.cjs')]);
  });
});

/** Has Node say that it is another version. */
function pretending(version: string): string {
  const file = path.join(folder.path, `node-${version}.cjs`);
  writeFileSync(file, `Object.defineProperty(process.versions, 'node', { value: '${version}' });`);
  return file;
}
