import { execFile } from 'node:child_process';
import path from 'node:path';

import { KEYS, type Service } from './service';

/** The built command line. */
const MAIN = path.join(__dirname, '../../dist/apps/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, with the service's address and keys in its environment. */
export function cli(service: Service | undefined, ...parameters: string[]): Promise<Ended> {
  return cliWith(
    service === undefined
      ? {}
      : {
          SEATLEDGER_URL: service.url,
          BILLING_API_KEYS: Object.entries(KEYS)
            .map(([role, key]) => `${role}:${key}`)
            .join(','),
        },
    ...parameters,
  );
}

/** The same with nothing but `env` in its environment. */
export function cliWith(env: Record<string, string>, ...parameters: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [MAIN, ...parameters],
      { env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
