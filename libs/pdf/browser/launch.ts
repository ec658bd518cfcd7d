import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';

import { type Browser, connect, defaultArgs } from 'puppeteer';

import { type Log } from '../log';
import { after, BrowserProcess } from './browser-process';
import { writeFontsConf } from './fonts-conf';
import { groupEnded, killWithChildren, memoryOfGroup, recordBrowser } from './leftovers';
import { makePrivateFolder } from './private-folder';
import { type BrowserProgram, BrowserUnavailable } from './program';

/** How long the browser may take for an answer, in milliseconds. */
const ANSWER_LIMIT = 30_000;
const CLOSE_LIMIT = 5_000;
/** How long a browser that cannot be driven may take to end by itself, which says more, in milliseconds. */
const END_LIMIT = 1_000;

/** A started browser. */
export interface RunningBrowser {
  readonly browser: Browser;
  /** Name and version, `HeadlessChrome/147.0.7727.0`. */
  readonly version: string;
  /** Resolves when it cannot be driven any more, with the reason. */
  readonly gone: Promise<string>;
  /** Why something failed: when the browser is gone, that is the reason. */
  reasonOf(error: unknown): Promise<string>;
  /** What all of its processes hold, in bytes; 0 where the system does not tell. */
  memory(): Promise<number>;
  /** Ends it and all of its processes, whatever state it is in; no file of it stays. */
  end(): Promise<void>;
}

/**
 * Starts the first of some programs that does start.
 * @throws {BrowserUnavailable} none does; the message has the reason of each
 */
export async function launchFirst(
  programs: AsyncIterable<BrowserProgram>,
  cacheDir: string,
  log: Log,
): Promise<{ running: RunningBrowser; source: string }> {
  const failures: string[] = [];
  try {
    for await (const program of programs) {
      try {
        return { running: await launchBrowser(program, cacheDir, log), source: program.source };
      } catch (error) {
        if (!(error instanceof BrowserUnavailable)) throw error;
        log.warn({ reason: error.message }, 'a browser does not start');
        failures.push(error.message);
      }
    }
  } catch (error) {
    if (!(error instanceof BrowserUnavailable)) throw error;
    failures.push(error.message);
  }
  throw new BrowserUnavailable(failures.join(' '));
}

/**
 * Starts a browser that reaches nothing: no name resolves, the proxy is a dead end, and its pages
 * run no script and may load nothing but `data:` (see `openPage`). Each is a wall of its own.
 * @throws {BrowserUnavailable} it does not start
 */
export async function launchBrowser(program: BrowserProgram, cacheDir: string, log: Log): Promise<RunningBrowser> {
  const fontsConf = await writeFontsConf(cacheDir);
  const start = (sandbox: boolean): Promise<RunningBrowser> => startIn(cacheDir, program, fontsConf, sandbox);
  try {
    return await start(!isRoot()).catch((error: unknown) => {
      if (isRoot()) throw error;
      // Most often its sandbox is not allowed here (Ubuntu from 23.10, containers). If it is something
      // else, it fails again.
      log.warn({ reason: textOf(error) }, 'the browser does not start with its sandbox, trying without it');
      return start(false);
    });
  } catch (error) {
    if (error instanceof BrowserUnavailable) throw error;
    throw new BrowserUnavailable(notStarted(program, error), { cause: error });
  }
}

async function startIn(
  cacheDir: string,
  program: BrowserProgram,
  fontsConf: string,
  sandbox: boolean,
): Promise<RunningBrowser> {
  const folder = path.join(cacheDir, 'browsers');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const profile = await makePrivateFolder();
  const record = await recordBrowser(folder, profile);
  const env = environmentOf(profile, fontsConf);
  if (program.libraryPath !== undefined) {
    // By a path of ours: the variable separates paths by colons, which a path may hold itself.
    env['LD_LIBRARY_PATH'] = path.join(profile, 'lib');
    await symlink(program.libraryPath, env['LD_LIBRARY_PATH']);
  }
  const started = BrowserProcess.start(program.executable, argumentsFor(profile, sandbox), env);
  const { pid } = started;
  if (pid !== undefined) record.started(pid);
  const kill = async (): Promise<void> => {
    if (pid !== undefined) {
      killWithChildren(pid);
      await groupEnded(pid);
    }
    await record.ended();
  };
  try {
    const { browser, version } = await driven(started);
    const disconnected = new Promise<void>((resolve) => browser.once('disconnected', () => resolve()));
    const gone = Promise.race([disconnected, started.ended]).then(() => reasonOfEnd(started, 'it closed its pipe'));
    return {
      browser,
      version,
      gone,
      reasonOf: async (error) => (browser.connected ? String(error) : `the browser is gone, ${await gone}`),
      memory: () => (pid === undefined ? Promise.resolve(0) : memoryOfGroup(pid)),
      async end() {
        await Promise.race([browser.close().catch(() => undefined), after(CLOSE_LIMIT)]);
        await kill();
      },
    };
  } catch (error) {
    const reason = await reasonOfEnd(started, textOf(error));
    await kill();
    throw new Error(reason, { cause: error });
  }
}

/** Connects to a browser that has just been started. */
async function driven(started: BrowserProcess): Promise<{ browser: Browser; version: string }> {
  const connected = connect({ transport: started.transport, protocolTimeout: ANSWER_LIMIT });
  const answered = connected.then(async (browser) => ({ browser, version: await browser.version() }));
  const failed = Promise.race([
    started.ended,
    after(ANSWER_LIMIT).then(() => `it does not answer within ${ANSWER_LIMIT / 1000} s`),
  ]).then((reason) => {
    throw new Error(reason);
  });
  // Only the first to come counts.
  answered.catch(() => undefined);
  failed.catch(() => undefined);
  return Promise.race([answered, failed]);
}

/** How a browser ended, or else what is known and its last words. */
async function reasonOfEnd(started: BrowserProcess, known: string): Promise<string> {
  const ended = await Promise.race([started.ended, after(END_LIMIT)]);
  if (ended !== undefined) return ended;
  return started.lastWords === '' ? known : `${known}: ${started.lastWords}`;
}

/** The browser sees nothing of this process' environment, which may hold secrets. */
function environmentOf(profile: string, fontsConf: string): Record<string, string> {
  return {
    HOME: profile,
    TMPDIR: profile,
    XDG_CONFIG_HOME: profile,
    XDG_CACHE_HOME: profile,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    FONTCONFIG_FILE: fontsConf,
    ...(process.platform === 'win32'
      ? { SystemRoot: process.env['SystemRoot'] ?? 'C:\\Windows', TEMP: profile, TMP: profile }
      : {}),
  };
}

function argumentsFor(profile: string, sandbox: boolean): string[] {
  return defaultArgs({
    headless: 'shell',
    userDataDir: profile,
    args: [
      '--remote-debugging-pipe',
      '--host-resolver-rules=MAP * ~NOTFOUND',
      '--proxy-server=http://127.0.0.1:9',
      '--proxy-bypass-list=<-loopback>',
      '--disable-gpu',
      '--disable-software-rasterizer',
      '--disable-dev-shm-usage',
      '--disable-extensions',
      '--disable-webrtc',
      '--disable-3d-apis',
      '--font-render-hinting=none',
      '--force-color-profile=srgb',
      '--export-tagged-pdf',
      // Chromium refuses to run sandboxed as root, which is who runs many containers.
      ...(sandbox ? [] : ['--no-sandbox']),
    ],
  });
}

export const isRoot = (): boolean => process.getuid?.() === 0;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const notStarted = (program: BrowserProgram, error: unknown): string =>
  `The browser ${program.executable} (${program.source}) does not start: ${textOf(error)}. ` +
  'Install one that does (Debian: `apt-get install chromium-headless-shell`), or set PUPPETEER_EXECUTABLE_PATH.';
