import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { type Role, ROLES } from '@seatledger/configuration';
import { type Command, Option } from 'commander';

import {
  type ApiKey,
  createKey,
  KeyFileError,
  type KeyLimits,
  readKeys,
  revokeKey,
} from '../billing/infrastructure/api-keys';
import { CliError } from './cli-error';
import { dayOption } from './options';

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
    .option('--workspaces <ids>', 'the only workspaces that it is good for, separated by commas', workspacesOption)
    .option('--expires <day>', 'the last day on which it is let in, in UTC, such as 2026-12-31', dayOption)
    .action(({ role, ...limits }: { role: Role } & KeyLimits) =>
      told(async () => {
        await mkdir(path.dirname(KEY_FILE), { recursive: true, mode: 0o700 });
        const { record, key } = await createKey(KEY_FILE, role, limits);
        process.stdout.write(`${record.id} ${key}\n`);
        process.stderr.write('The key is shown only this once.\n');
      }),
    );
  keys
    .command('list')
    .description('ids, roles, names and limits, also of keys that were revoked; the keys themselves are not kept')
    .action(() =>
      told(async () => {
        for (const key of await readKeys(KEY_FILE)) process.stdout.write(`${lineOf(key)}\n`);
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

function lineOf({ id, role, createdAt = '', name = '', ...limits }: ApiKey): string {
  const { workspaces, expires, revokedAt, fromEnvironment } = limits;
  const remarks = [
    ...(workspaces === undefined ? [] : [`workspaces ${workspaces.join(',')}`]),
    ...(expires === undefined ? [] : [`until ${expires}`]),
    ...(revokedAt === undefined ? [] : [`revoked ${revokedAt}`]),
    ...(fromEnvironment === undefined ? [] : ['from BILLING_API_KEYS']),
  ];
  return [id, role, createdAt, name, remarks.join('; ')].join('\t').trimEnd();
}

function workspacesOption(value: string): string[] {
  const ids = value.split(',').map((id) => id.trim());
  const wrong = ids.find((id) => !/^[A-Za-z0-9_-]{1,64}$/.test(id));
  if (wrong === undefined) return ids;
  throw new CliError(`${wrong} is not the id of a workspace.`);
}

/** What is wrong with the file is reported in one line. */
async function told(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof KeyFileError) throw new CliError(`${error.message}.`);
    throw error;
  }
}
