import { readFileSync } from 'node:fs';

import { SECRETS } from './environment';

/** The values of secrets that are kept in files, by variable, and what is wrong with such a file. */
export function readSecretFiles(env: NodeJS.ProcessEnv): { values: Map<string, string>; faults: string[] } {
  const values = new Map<string, string>();
  const faults: string[] = [];
  for (const name of SECRETS) {
    const file = env[`${name}_FILE`]?.trim();
    if (file === undefined || file === '') continue;
    if ((env[name]?.trim() ?? '') !== '') {
      faults.push(`${name}_FILE must be unset where ${name} is set, or the other way round`);
      continue;
    }
    const value = read(file);
    if (value === undefined)
      faults.push(`${name}_FILE must be a file that can be read and is not empty, not "${file}"`);
    else values.set(name, value);
  }
  return { values, faults };
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
