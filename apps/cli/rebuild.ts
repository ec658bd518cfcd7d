import { setTimeout as delay } from 'node:timers/promises';

import { type Command } from 'commander';

import { type Api, apiFromEnvironment } from './api';
import { CliError } from './cli-error';
import { withProgress } from './progress';

interface ProjectionAnswer {
  readonly projection: string;
  readonly head: number;
  readonly rebuild?: {
    readonly state: 'building' | 'differs' | 'failed' | 'done';
    readonly events: number;
    readonly checkpoint: number;
    readonly milliseconds: number;
    readonly differences: readonly string[];
    readonly reason?: string;
  };
}

export function addRebuild(program: Command): void {
  program
    .command('rebuild')
    .description('rebuild read models from the history, beside those in use; then compare, and switch')
    .argument('[projection]', 'such as billing; all of them when left out')
    .option('--accept-differences', 'switch although counts or totals are others than before')
    .option('--url <url>', 'where the service is')
    .option('--key <key>', 'an API key of the role scheduler')
    .action(
      async (projection: string | undefined, options: { acceptDifferences?: true; url?: string; key?: string }) => {
        const api = apiFromEnvironment(options);
        const names = projection === undefined ? (await list(api)).map((known) => known.projection) : [projection];
        for (const name of names) await rebuild(api, name, options.acceptDifferences === true);
      },
    );
}

const list = async (api: Api): Promise<readonly ProjectionAnswer[]> =>
  (await api.call<{ items: ProjectionAnswer[] }>('scheduler', 'GET', '/v1/projections')).items;

/** Starts a rebuild and follows it to its end. @throws {CliError} when it was not switched to */
async function rebuild(api: Api, name: string, acceptDifferences: boolean): Promise<void> {
  const route = `/v1/projections/${encodeURIComponent(name)}/rebuild`;
  const started = await api.call<ProjectionAnswer>('scheduler', 'POST', route, { acceptDifferences });
  const done = await withProgress(
    `${name} {bar} {value}/{total} {detail}`,
    async (bar) => {
      for (let answer: ProjectionAnswer | undefined = started; ;) {
        if (answer?.rebuild === undefined) throw new CliError(`The service knows of no rebuild of ${name} any more.`);
        const { state, events, checkpoint, milliseconds } = answer.rebuild;
        bar.setTotal(Math.max(1, answer.head));
        bar.update(state === 'done' ? answer.head : checkpoint, {
          detail: `${perSecond(events, milliseconds)} events/s`,
        });
        if (state !== 'building') return answer.rebuild;
        await delay(100);
        answer = (await list(api)).find(({ projection }) => projection === name);
      }
    },
    Math.max(1, started.head),
  );
  for (const difference of done.differences) process.stdout.write(`${name}: ${difference}\n`);
  if (done.state === 'failed') throw new CliError(`The rebuild of ${name} failed: ${done.reason ?? ''}`);
  if (done.state === 'differs') {
    throw new CliError(`${name} is rebuilt but differs, and was not switched to; look, then use --accept-differences.`);
  }
  const rate = perSecond(done.events, done.milliseconds);
  process.stdout.write(`${name}: rebuilt from ${done.events} events, ${rate} events/s; switched.\n`);
}

const perSecond = (events: number, milliseconds: number): number =>
  Math.round((events * 1000) / Math.max(1, milliseconds));
