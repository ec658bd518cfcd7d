import { setTimeout as delay } from 'node:timers/promises';

import { type Command } from 'commander';

import { type Api, apiFromEnvironment } from './api';
import { CliError } from './cli-error';
import { monthOption } from './options';
import { withProgress } from './progress';

export interface ClosingAnswer {
  readonly state: 'running' | 'done';
  readonly total: number;
  readonly closed: number;
  readonly nothingToBill: number;
  readonly alreadyClosed: number;
  readonly failed: readonly { readonly workspaceId: string; readonly problem: string }[];
}

export function addClose(program: Command): void {
  program
    .command('close')
    .description('close a month of all workspaces, or of some')
    .argument('<month>', 'such as 2026-03', monthOption)
    .argument('[workspaces...]')
    .option('--dry-run', 'only tell what would be billed')
    .option('--url <url>', 'where the service is')
    .option('--key <key>', 'an API key of the role scheduler or accounting')
    .action(async (month: string, workspaces: string[], options: { dryRun?: boolean; url?: string; key?: string }) => {
      const api = apiFromEnvironment(options);
      const asked = {
        ...(workspaces.length === 0 ? {} : { workspaceIds: workspaces }),
        ...(options.dryRun === true ? { dryRun: true } : {}),
      };
      // A bar is shown of what is under way, not of what is refused.
      const closingId = await startClosing(api, month, asked);
      const done = await withProgress(`${month} {bar} {value}/{total}`, (bar) =>
        followClosing(api, closingId, (answer) => {
          bar.setTotal(Math.max(1, answer.total));
          bar.update(handled(answer));
        }),
      );
      process.stdout.write(`${JSON.stringify(done, null, 2)}\n`);
      if (done.failed.length > 0) throw new CliError(`${done.failed.length} workspaces failed.`);
    });
}

/** Starts a run and follows it to its end. */
export async function closeMonth(api: Api, month: string): Promise<ClosingAnswer & { readonly closingId: string }> {
  const closingId = await startClosing(api, month);
  return { ...(await followClosing(api, closingId)), closingId };
}

async function startClosing(
  api: Api,
  month: string,
  options: { workspaceIds?: string[]; dryRun?: boolean } = {},
): Promise<string> {
  const body = { month, ...options };
  return (await api.call<{ closingId: string }>('scheduler', 'POST', '/v1/closings', body)).closingId;
}

async function followClosing(
  api: Api,
  closingId: string,
  onProgress?: (answer: ClosingAnswer) => void,
): Promise<ClosingAnswer> {
  for (;;) {
    const answer = await api.call<ClosingAnswer>('scheduler', 'GET', `/v1/closings/${closingId}`);
    onProgress?.(answer);
    if (answer.state === 'done') return answer;
    await delay(25);
  }
}

const handled = (answer: ClosingAnswer): number =>
  answer.closed + answer.nothingToBill + answer.alreadyClosed + answer.failed.length;
