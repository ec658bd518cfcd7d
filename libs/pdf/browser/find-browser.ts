import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

import { executablePath as pathOfPuppeteer } from 'puppeteer';

import { bundledChromium, bundledChromiumRunsHere } from './bundled-chromium';
import { type BrowserProgram, BrowserUnavailable } from './program';

/** Names under which Linux distributions install a Chromium, the leanest first. */
const INSTALLED_NAMES = [
  'chromium-headless-shell',
  'chrome-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
];
const INSTALLED_ELSEWHERE: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

export interface BrowserSearch {
  readonly cacheDir: string;
  /** What `PUPPETEER_EXECUTABLE_PATH` says; nothing else is tried then. */
  readonly executablePath?: string;
  /** Where `npx puppeteer browsers install chrome-headless-shell` puts a browser; by default Puppeteer's cache. */
  readonly puppeteerPath?: string;
  /** Folders of installed programs; by default those of `PATH`. */
  readonly searchPath?: string;
  /** False where only an installed browser may be used. */
  readonly allowBundled?: boolean;
}

/**
 * Finds browsers: the one that is asked for and no other, else the one that Puppeteer installed, those of the system, then the bundled
 * one. The next is only looked for when it is asked for, as where one does not start.
 * @throws {BrowserUnavailable} there is none; the message names the package or the variable
 */
export async function* findBrowsers(search: BrowserSearch): AsyncGenerator<BrowserProgram, void, undefined> {
  const { executablePath } = search;
  if (executablePath !== undefined && executablePath !== '') {
    yield await askedFor(executablePath);
    return;
  }
  const found = new Set<string>();
  for (const candidate of installedCandidates(search)) {
    if ((await whyNotExecutable(candidate)) !== undefined) continue;
    // One program may have several names and folders, as `/bin` where it is `/usr/bin`.
    const file = await realpath(candidate);
    if (found.has(file)) continue;
    found.add(file);
    yield { executable: candidate, source: candidate };
  }
  if ((search.allowBundled ?? true) && bundledChromiumRunsHere()) {
    yield await bundledChromium(search.cacheDir);
  } else if (found.size === 0) {
    throw new BrowserUnavailable(
      'No browser was found to print PDFs with. Install one (Debian 12 or later: `apt-get install chromium-headless-shell`; ' +
        'other systems: `npx puppeteer browsers install chrome-headless-shell`), or set PUPPETEER_EXECUTABLE_PATH to the program of a Chromium or Chrome.',
    );
  }
}

/** The first of them, as where no other is tried. @throws {BrowserUnavailable} there is none */
export async function findBrowser(search: BrowserSearch): Promise<BrowserProgram> {
  for await (const program of findBrowsers(search)) return program;
  throw new BrowserUnavailable('No browser was found.');
}

async function askedFor(executablePath: string): Promise<BrowserProgram> {
  const problem = await whyNotExecutable(executablePath);
  if (problem === undefined) return { executable: executablePath, source: 'PUPPETEER_EXECUTABLE_PATH' };
  throw new BrowserUnavailable(
    `PUPPETEER_EXECUTABLE_PATH is ${executablePath}, which ${problem}. ` +
      'Set it to the program of a Chromium or Chrome, or unset it to have one found.',
  );
}

function installedCandidates(search: BrowserSearch): string[] {
  const { searchPath = process.env['PATH'] ?? '', puppeteerPath = pathOfPuppeteer({ headless: 'shell' }) } = search;
  const folders = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const named = INSTALLED_NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [puppeteerPath, ...named, ...(INSTALLED_ELSEWHERE[process.platform] ?? [])];
}

async function whyNotExecutable(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return 'does not exist';
  if (!found.isFile()) return 'is not a file';
  return access(file, constants.X_OK).then(
    () => undefined,
    () => 'is not executable',
  );
}
