import { existsSync, statSync } from 'node:fs';
import path from 'node:path';

import {
  BadConnectionString,
  copyEvents,
  CopyRefused,
  type EventStorage,
  EventStoreUnavailable,
  openEmbeddedEventStore,
  openEventStoreDb,
} from '@seatledger/event-store';
import { type Command } from 'commander';

import { CliError } from './cli-error';
import { dataFolder, eventsIn } from './data-folder';
import { withProgress } from './progress';

export function addCopyEvents(program: Command): void {
  program
    .command('copy-events')
    .description('copy the whole history into another event store; what was aborted goes on')
    .requiredOption('--from <store>', '"embedded" (the one in DATA_DIR), a file or data folder, or esdb://...')
    .requiredOption('--to <store>', 'the same; must be empty, or an unfinished copy')
    .action(async ({ from, to }: { from: string; to: string }) => {
      const { events, streams, copied } = await copyBetween(from, to);
      process.stdout.write(
        `${events} events in ${streams} streams, ${copied} of them copied now. ` +
          'Compared one by one: same ids, times and order; all hash chains unbroken.\n',
      );
    });
}

/** @throws {CliError} */
async function copyBetween(from: string, to: string) {
  const [source, target] = [placeOf(from), placeOf(to)];
  if (source === target) throw new CliError('The history cannot be copied onto itself.');
  if (!isServer(source) && !existsSync(source)) throw new CliError(`${source}: there is no event store.`);
  const opened: EventStorage[] = [];
  try {
    const open = async (place: string): Promise<EventStorage> => {
      const store = await openStore(place);
      opened.push(store);
      return store;
    };
    const [reading, writing] = [await open(source), await open(target)];
    return await withProgress('{phase} {bar} {percentage} %', (bar) =>
      copyEvents(reading, writing, {
        onProgress: ({ phase, position, end }) => {
          bar.setTotal(Math.max(1, end));
          bar.update(position, { phase: phase.padEnd('comparing'.length) });
        },
      }),
    );
  } catch (error) {
    if (error instanceof BadConnectionString) throw new CliError(`The address of the server ${error.message}.`);
    if (error instanceof CopyRefused || error instanceof EventStoreUnavailable) throw new CliError(error.message);
    throw error;
  } finally {
    await Promise.all(opened.map((store) => store.close()));
  }
}

const isServer = (place: string): boolean => /^esdb(\+discover)?:\/\//.test(place);

/** A server's address, or the file of an embedded store. */
function placeOf(named: string): string {
  if (isServer(named)) return named;
  if (named === 'embedded') return eventsIn(dataFolder());
  const place = path.resolve(named);
  const isFolder = existsSync(place) ? statSync(place).isDirectory() : !named.endsWith('.db');
  return isFolder ? eventsIn(place) : place;
}

function openStore(place: string): Promise<EventStorage> {
  if (isServer(place)) return openEventStoreDb({ connectionString: place });
  // Not each append is flushed, but all of them are before the copy is called done.
  return openEmbeddedEventStore({ file: place, durability: 'on-close' });
}
