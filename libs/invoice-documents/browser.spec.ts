import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { temporaryFolder } from '../pdf/testing';
import { bundledChromiumRunsHere } from '../pdf/browser/bundled-chromium';
import { findBrowser } from '../pdf/browser/find-browser';
import { BrowserUnavailable } from '../pdf/browser/program';
import { untar } from '../pdf/browser/tar';
import { createInvoiceRenderer } from './invoice-renderer';

const run = promisify(execFile);
const CHILD = path.join(__dirname, 'testing', 'child.cjs');
const folder = temporaryFolder();

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
    const found = findBrowser({ cacheDir: folder, searchPath: '', allowBundled: false });
    await expect(found).rejects.toThrow(/apt-get install chromium-headless-shell.*PUPPETEER_EXECUTABLE_PATH/);
  });
  it('says so too when the one that is set does not start', async () => {
    const executablePath = path.join(folder, 'broken');
    writeFileSync(executablePath, '#!/bin/sh\necho kaputt >&2\nexit 1\n');
    chmodSync(executablePath, 0o755);
    const renderer = createInvoiceRenderer({ cacheDir: folder, executablePath });
    await expect(renderer.ready()).rejects.toThrow(/broken .*does not start.*PUPPETEER_EXECUTABLE_PATH/s);
    await renderer.close();
    expect(readdirSync(path.join(folder, 'browsers'))).toEqual([]);
  });
  it('prefers an installed headless shell', async () => {
    const programs = path.join(folder, 'programs');
    mkdirSync(programs);
    for (const name of ['chromium', 'chromium-headless-shell']) {
      writeFileSync(path.join(programs, name), '');
      chmodSync(path.join(programs, name), 0o755);
    }
    const { executable } = await findBrowser({ cacheDir: folder, searchPath: `relative:${programs}` });
    expect(executable).toBe(path.join(programs, 'chromium-headless-shell'));
  });
});

describe('an archive', () => {
  it('writes nothing outside its folder', async () => {
    const header = Buffer.alloc(1024);
    header.write('../evil', 0);
    header.write('00000000001\0', 124);
    header.write('0', 156);
    await expect(untar(header, path.join(folder, 'tar'))).rejects.toThrow('outside');
    expect(existsSync(path.join(folder, 'evil'))).toBe(false);
  });
});

(bundledChromiumRunsHere() ? describe : describe.skip)('the bundled browser', () => {
  it('is unpacked once when several processes ask at the same time', async () => {
    const found = await Promise.all([1, 2, 3].map(() => run(process.execPath, [CHILD, 'unpack', folder])));
    expect(new Set(found.map(({ stdout }) => stdout)).size).toBe(1);
    const { stdout } = await run(found[0]!.stdout, ['--version'], {
      env: { LD_LIBRARY_PATH: path.join(path.dirname(found[0]!.stdout), 'lib') },
    });
    expect(stdout).toMatch(/Chromium|HeadlessShell|Chrome/);
    expect(readdirSync(folder).filter((name) => name.startsWith('chromium-'))).toEqual(['chromium-147.0.0']);
  });
  it('of a killed process is ended at the next start', async () => {
    const child = spawn(process.execPath, [CHILD, 'hold', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const browsers = path.join(folder, 'browsers');
    const [record = ''] = readdirSync(browsers).filter((name) => name.endsWith('.json'));
    const browser = Number(/-(\d+)\.json$/.exec(record)?.[1]);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;

    const renderer = createInvoiceRenderer({ cacheDir: folder });
    await renderer.ready().finally(() => renderer.close());
    expect(isRunning(browser)).toBe(false);
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
