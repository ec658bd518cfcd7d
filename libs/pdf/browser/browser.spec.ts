import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';

import { type Log } from '../log';
import { PrintPool } from '../printing/print-pool';
import { temporaryFolder } from '../testing/temporary-folder';
import { bundledChromiumRunsHere } from './bundled-chromium';
import { type BrowserSearch, findBrowser, findBrowsers } from './find-browser';
import { endLeftoverBrowsers } from './leftovers';
import { PipeTransport } from './pipe-transport';
import { makePrivateFolder } from './private-folder';
import { BrowserUnavailable } from './program';

const run = promisify(execFile);
const CHILD = path.join(__dirname, '..', 'testing', 'child.cjs');
const folder = temporaryFolder();
const whereBundled = bundledChromiumRunsHere() ? describe : describe.skip;

/** A program that says something and ends. */
function brokenBrowser(name: string, words: string): string {
  const programs = path.join(folder, `programs-${readdirSync(folder).length}`);
  mkdirSync(programs);
  writeFileSync(path.join(programs, name), `#!/bin/sh\necho "${words}" >&2\nexit 7\n`);
  chmodSync(path.join(programs, name), 0o755);
  return programs;
}

/** Prints one document with the browsers that are found; answers the browser and what was logged. */
async function printWith(search: BrowserSearch): Promise<{ pdf: Uint8Array; logged: string[] }> {
  const logged: string[] = [];
  const note = (details: object, message: string): void => void logged.push(`${message} ${JSON.stringify(details)}`);
  const log: Log = { info: note, warn: note };
  const { cacheDir } = search;
  const pool = new PrintPool({ cacheDir, programs: () => findBrowsers(search), pages: 1, timeLimit: 600_000, log });
  try {
    const { pdf } = await pool.print(() => '<!DOCTYPE html><html lang="de"><title>T</title><p>Größe</p></html>');
    return { pdf, logged };
  } finally {
    await pool.close();
  }
}

describe('finding a browser', () => {
  it.each([
    ['/nowhere/chrome', 'does not exist'],
    ['/tmp', 'is not a file'],
    [__filename, 'is not executable'],
  ])('PUPPETEER_EXECUTABLE_PATH=%s is refused by name', async (executablePath, why) => {
    const found = findBrowser({ cacheDir: folder, executablePath });
    await expect(found).rejects.toThrow(BrowserUnavailable);
    await expect(found).rejects.toThrow(/^PUPPETEER_EXECUTABLE_PATH is /);
    await expect(found).rejects.toThrow(why);
  });
  it('says what to install or to set when there is none', async () => {
    const found = findBrowser({ cacheDir: folder, puppeteerPath: '', searchPath: '', allowBundled: false });
    await expect(found).rejects.toThrow(/apt-get install chromium-headless-shell.*PUPPETEER_EXECUTABLE_PATH/);
  });
  it('prefers what Puppeteer installed, then a headless shell, and knows a program by all of its names', async () => {
    const programs = path.join(folder, 'programs');
    mkdirSync(programs);
    for (const name of ['chromium', 'chromium-headless-shell', 'of-puppeteer']) {
      writeFileSync(path.join(programs, name), '');
      chmodSync(path.join(programs, name), 0o755);
    }
    const found: string[] = [];
    const searchPath = `relative:${programs}:${path.join(programs, '..', 'programs')}`;
    const puppeteerPath = path.join(programs, 'of-puppeteer');
    const search = { cacheDir: folder, puppeteerPath, searchPath, allowBundled: false };
    for await (const { executable } of findBrowsers(search)) {
      found.push(path.basename(executable));
    }
    expect(found).toEqual(['of-puppeteer', 'chromium-headless-shell', 'chromium']);
  });
});

describe('a browser that does not start', () => {
  it('is named, with its last words and what to do', async () => {
    const executablePath = path.join(brokenBrowser('broken', 'libnss3.so is missing'), 'broken');
    await expect(printWith({ cacheDir: folder, executablePath })).rejects.toThrow(
      /broken .*does not start: it ended with code 7: libnss3\.so is missing\..*PUPPETEER_EXECUTABLE_PATH/s,
    );
    expect(readdirSync(path.join(folder, 'browsers'))).toEqual([]);
  });
  it('is named, too, when the system cannot run it', async () => {
    const executablePath = path.join(folder, 'text');
    writeFileSync(executablePath, '#!/nowhere/interpreter\n');
    chmodSync(executablePath, 0o755);
    await expect(printWith({ cacheDir: folder, executablePath })).rejects.toThrow(/does not start: spawn .*ENOENT/);
  });
  it('is named with all the others when none starts', async () => {
    const searchPath = [brokenBrowser('chromium', 'first'), brokenBrowser('google-chrome', 'second')].join(':');
    const printed = printWith({ cacheDir: folder, puppeteerPath: '', searchPath, allowBundled: false });
    await expect(printed).rejects.toThrow(BrowserUnavailable);
    await expect(printed).rejects.toThrow(/chromium .*first.*google-chrome .*second/s);
  });
});

describe('the folder of a running browser', () => {
  it('is the first that can be made and whose path is short enough for a socket', async () => {
    const long = path.join(folder, 'x'.repeat(60));
    mkdirSync(long);
    const made = await makePrivateFolder([long, '/nowhere', '/tmp']);
    expect(path.dirname(made)).toBe('/tmp');
    expect(statSync(made).mode & 0o777).toBe(0o700);
    await run('rmdir', [made]);
    await expect(makePrivateFolder([long, '/nowhere'])).rejects.toThrow(/has more than 38 bytes.*ENOENT.*Set TMPDIR/s);
  });
});

describe('the pipe of a browser', () => {
  it('carries whole messages, however they arrive', async () => {
    const [commands, answers] = [new PassThrough(), new PassThrough()];
    const transport = new PipeTransport(commands, answers);
    const received: string[] = [];
    transport.onmessage = (message) => received.push(message);
    const closed = new Promise<void>((resolve) => (transport.onclose = resolve));
    transport.send('{"id":1}');
    expect(commands.read()).toEqual(Buffer.from('{"id":1}\0'));
    for (const byte of Buffer.from('Größe €\0second\0')) answers.write(Buffer.from([byte]));
    answers.write('third\0fourth\0half');
    answers.end();
    await closed;
    await new Promise(setImmediate);
    expect(received).toEqual(['Größe €', 'second', 'third', 'fourth']);
  });
});

whereBundled('the bundled browser', () => {
  it('is unpacked once when several processes ask at the same time', async () => {
    const found = await Promise.all([1, 2, 3].map(() => run(process.execPath, [CHILD, 'unpack', folder])));
    expect(new Set(found.map(({ stdout }) => stdout)).size).toBe(1);
    const { stdout } = await run(found[0]!.stdout, ['--version'], {
      env: { LD_LIBRARY_PATH: path.join(path.dirname(found[0]!.stdout), 'lib') },
    });
    expect(stdout).toMatch(/Chromium|HeadlessShell|Chrome/);
    expect(readdirSync(folder).filter((name) => name.startsWith('chromium-'))).toEqual(['chromium-147.0.0']);
  });
  it('prints where an installed one does not start, and that is told', async () => {
    const { pdf, logged } = await printWith({
      cacheDir: folder,
      puppeteerPath: '',
      searchPath: brokenBrowser('chromium', 'kaputt'),
    });
    expect(Buffer.from(pdf).toString('latin1')).toMatch(/^%PDF-/);
    expect(logged[0]).toMatch(/a browser does not start .*kaputt/);
    expect(logged[1]).toMatch(/browser started .*@sparticuz\/chromium/);
    // Operators who run the service as root are told what that means.
    const isRoot = process.getuid?.() === 0;
    expect(logged.some((line) => line.includes('the browser has no sandbox'))).toBe(isRoot);
  });
});

describe('a browser that starts', () => {
  it('prints wherever its cache folder lies', async () => {
    const cacheDir = path.join(folder, 'with blanks: Größe & 100 %', 'x'.repeat(150 - folder.length), 'cache');
    const { pdf } = await printWith({ cacheDir });
    expect(Buffer.from(pdf).toString('latin1')).toMatch(/^%PDF-/);
    expect(readdirSync(path.join(cacheDir, 'browsers'))).toEqual([]);
  });
  it('of a killed process is ended at the next start, and its folder removed', async () => {
    const child = spawn(process.execPath, [CHILD, 'hold', folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const browsers = path.join(folder, 'browsers');
    const [name = ''] = readdirSync(browsers).filter((file) => file.startsWith(`${child.pid}-`));
    const { browser, profile } = JSON.parse(readFileSync(path.join(browsers, name), 'utf8')) as {
      browser: { pid: number };
      profile: string;
    };
    expect(existsSync(profile)).toBe(true);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;

    await endLeftoverBrowsers(browsers);
    expect(isRunning(browser.pid)).toBe(false);
    expect(existsSync(profile)).toBe(false);
    expect(readdirSync(browsers)).toEqual([]);
  });
});

/** False for a zombie too: a container may have nobody who collects orphans. */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
