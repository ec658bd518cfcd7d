// Writes libs/client/api.ts from /openapi.json of the service as it is built: `node scripts/generate-client.mjs`.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import openapiTS, { astToString } from 'openapi-typescript';
import { format } from 'prettier';

const here = path.dirname(fileURLToPath(import.meta.url));

/** The client's types as they follow from a description. */
export async function generate(document) {
  const types = astToString(await openapiTS(document, { alphabetize: true }));
  const source = `/* Made from /openapi.json by scripts/generate-client.mjs; not to be edited. */\n${types}`;
  return format(source, { parser: 'typescript', printWidth: 120, singleQuote: true });
}

async function describedByTheService() {
  const folder = await mkdtemp(path.join(tmpdir(), 'seatledger-client-'));
  const child = spawn(process.execPath, [path.join(here, '../dist/apps/billing/main.js')], {
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: folder, BILLING_API_KEYS: 'product:p', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error('the service did not start')));
      child.stdout.on('data', (chunk) => {
        const [, found] = /listens on (\S+)/.exec(String(chunk)) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    return await (await fetch(`${url}/openapi.json`)).json();
  } finally {
    child.removeAllListeners('exit');
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await exited;
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , given, to = path.join(here, '../libs/client/api.ts')] = process.argv;
  const { readFile } = await import('node:fs/promises');
  const document = given === undefined ? await describedByTheService() : JSON.parse(await readFile(given, 'utf8'));
  await writeFile(to, await generate(document));
}
