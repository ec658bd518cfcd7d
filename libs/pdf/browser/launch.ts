import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

import { type Browser, launch } from 'puppeteer-core';

import { type Log } from '../log';
import { writeFontsConf } from './fonts-conf';
import { groupEnded, killWithChildren, memoryOfGroup, registerBrowser } from './leftovers';
import { BrowserUnavailable, type BrowserProgram } from './program';

/** How long the browser may take for an answer, in milliseconds. */
const ANSWER_LIMIT = 30_000;
const CLOSE_LIMIT = 5_000;

/** A started browser. */
export interface RunningBrowser {
  readonly browser: Browser;
  /** Name and version, `HeadlessChrome/147.0.7727.0`. */
  readonly version: string;
  /** What all of its processes hold, in bytes; 0 where the system does not tell. */
  memory(): Promise<number>;
  /** Ends it and all of its processes, whatever state it is in; no file of it stays. */
  end(): Promise<void>;
}

/**
 * Starts a browser that reaches nothing: no name resolves, the proxy is a dead end, and its pages
 * run no script and may load nothing but `data:` (see `openPage`). Each is a wall of its own.
 * @throws {BrowserUnavailable} it does not start
 */
export async function launchBrowser(program: BrowserProgram, cacheDir: string, log: Log): Promise<RunningBrowser> {
  const folder = path.join(cacheDir, 'browsers');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fontsConf = await writeFontsConf(cacheDir);
  const profile = await mkdtemp(path.join(folder, 'profile-'));
  const start = (sandbox: boolean): Promise<Browser> =>
    launch({
      executablePath: program.executable,
      headless: 'shell',
      pipe: true,
      userDataDir: profile,
      protocolTimeout: ANSWER_LIMIT,
      timeout: ANSWER_LIMIT,
      // The service decides itself when to stop, and then closes its browser.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      env: environmentOf(program, profile, fontsConf),
      args: argumentsFor(sandbox),
    });
  const browser = await start(!isRoot())
    .catch((error: unknown) => {
      if (isRoot()) throw error;
      // Over a pipe the browser's own words are not heard: most often its sandbox is not allowed
      // here (Ubuntu from 23.10, containers). If it is something else, it fails again.
      log.warn({}, 'the browser does not start with its sandbox, trying without it');
      return start(false);
    })
    .catch(async (error: unknown) => {
      await rm(profile, { recursive: true, force: true });
      throw new BrowserUnavailable(notStarted(program, error), { cause: error });
    });
  const pid = browser.process()?.pid;
  if (pid === undefined) throw new BrowserUnavailable(`${program.executable} has no process`);
  const unregister = await registerBrowser(folder, pid, profile);
  const version = await browser.version();
  return {
    browser,
    version,
    memory: () => memoryOfGroup(pid),
    async end() {
      await Promise.race([browser.close().catch(() => undefined), after(CLOSE_LIMIT)]);
      killWithChildren(pid);
      await groupEnded(pid);
      await unregister();
    },
  };
}

/** The browser sees nothing of this process' environment, which may hold secrets. */
function environmentOf(program: BrowserProgram, profile: string, fontsConf: string): Record<string, string> {
  return {
    HOME: profile,
    TMPDIR: profile,
    XDG_CONFIG_HOME: profile,
    XDG_CACHE_HOME: profile,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    FONTCONFIG_FILE: fontsConf,
    ...(program.libraryPath === undefined ? {} : { LD_LIBRARY_PATH: program.libraryPath }),
    ...(process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] ?? 'C:\\Windows' } : {}),
  };
}

function argumentsFor(sandbox: boolean): string[] {
  return [
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
  ];
}

const isRoot = (): boolean => process.getuid?.() === 0;

function notStarted(program: BrowserProgram, error: unknown): string {
  const reason = error instanceof Error ? error.message.split('\n').slice(0, 4).join(' ') : String(error);
  return (
    `The browser ${program.executable} (${program.source}) does not start: ${reason} ` +
    'Install one that does (Debian: `apt-get install chromium-headless-shell`), or set PUPPETEER_EXECUTABLE_PATH.'
  );
}

const after = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
