// Compiles apps/ and libs/ into dist/, only when a source is newer than the last build.
// The build goes to a private folder and is swapped in, so that commands started at the
// same time never see half a build.
import { createRequire } from 'node:module';
import { cp, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built');
const isTest = (file) => /\.(spec|contract)\.ts$/.test(file);
const inputs = ['package-lock.json', 'scripts/swc-options.cjs', 'scripts/build.mjs'];

async function sources() {
  const found = [];
  for (const folder of ['apps', 'libs']) {
    for (const entry of await readdir(path.join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name));
      if (!isTest(file) && !file.endsWith('.md')) found.push(file);
    }
  }
  return found;
}

async function newest(files) {
  const times = await Promise.all(files.map(async (file) => (await stat(path.join(root, file))).mtimeMs));
  return Math.max(...times);
}

const files = await sources();
const built = await stat(stamp).then(
  (s) => s.mtimeMs,
  () => 0,
);
const listing = files.join('\n');
const { readFile } = await import('node:fs/promises');
const builtListing = await readFile(stamp, 'utf8').catch(() => '');
if (built > (await newest([...files, ...inputs])) && builtListing === listing) process.exit(0);

const { transformFile } = require('@swc/core');
const options = require('./swc-options.cjs');
const next = path.join(root, `dist-${process.pid}`);
await Promise.all(
  files.map(async (file) => {
    const target = path.join(next, file);
    await mkdir(path.dirname(target), { recursive: true });
    if (!file.endsWith('.ts')) return cp(path.join(root, file), target);
    if (file.endsWith('.d.ts')) return undefined;
    const { code } = await transformFile(path.join(root, file), options);
    return writeFile(target.replace(/\.ts$/, '.js'), code);
  }),
);
await writeFile(path.join(next, '.built'), listing);
const old = path.join(root, `dist-${process.pid}-old`);
await rename(dist, old).catch(() => undefined);
await rename(next, dist).catch(() => rm(next, { recursive: true, force: true }));
await rm(old, { recursive: true, force: true });
