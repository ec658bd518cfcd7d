import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { type Role, ROLES } from '@seatledger/configuration';
import { type Command, Option } from 'commander';

import { createKey, KeyFileError, readKeys, revokeKey } from '../billing/infrastructure/api-keys';
import { CliError } from './cli-error';

const DATA_DIR = process.env['DATA_DIR']?.trim() || './data';
const KEY_FILE = path.resolve(DATA_DIR, 'api-keys.json');

/** The API keys of DATA_DIR's key file; a running service takes changes up by itself. */
export function addKeys(program: Command): void {
  const keys = program.command('keys').description('make, list and revoke API keys (the key file in DATA_DIR)');
  keys
    .command('create')
    .description('make a key and show it, this once')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'what it is for')
    .action(({ role, name }: { role: Role; name?: string }) =>
      told(async () => {
        await mkdir(path.dirname(KEY_FILE), { recursive: true, mode: 0o700 });
        const { id, key } = await createKey(KEY_FILE, role, name);
        process.stdout.write(`${id} ${key}\n`);
        process.stderr.write('The key is shown only this once.\n');
      }),
    );
  keys
    .command('list')
    .description('ids, roles and names; the keys themselves are not kept')
    .action(() =>
      told(async () => {
        for (const { id, role, name = '', createdAt = '' } of await readKeys(KEY_FILE)) {
          process.stdout.write(`${[id, role, createdAt, name].join('\t').trimEnd()}\n`);
        }
      }),
    );
  keys
    .command('revoke')
    .description('let a key in no longer')
    .argument('<id>', 'as `keys list` shows it')
    .action((id: string) =>
      told(async () => {
        if (!(await revokeKey(KEY_FILE, id))) throw new CliError(`${KEY_FILE} has no key ${id}.`);
        process.stdout.write(`${id} is revoked.\n`);
      }),
    );
}

/** What is wrong with the file is told in one line. */
async function told(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof KeyFileError) throw new CliError(`${error.message}.`);
    throw error;
  }
}
