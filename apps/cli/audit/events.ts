import { once } from 'node:events';

import { type RecordedEvent } from '@seatledger/event-store';
import { type Command, Option } from 'commander';

import { timeOption, wholeOption } from '../options';
import { type AuditData, dataOption, type DataOptions, withData } from './data';

interface EventsOptions extends DataOptions {
  readonly workspace?: string;
  readonly stream?: string;
  readonly type?: string;
  readonly from?: number;
  readonly limit?: number;
  readonly recordedFrom?: number;
  readonly recordedBefore?: number;
}

export function addEvents(audit: Command): void {
  audit
    .command('events')
    .description('the history as it was recorded, one event a line (NDJSON)')
    .addOption(dataOption())
    .option('--workspace <id>', 'only what is about a workspace: its facts, contract, months and invoices')
    .option('--stream <name>', 'only one stream, such as workspace-acme or invoice-RE-2026-000001')
    .option('--type <type>', 'only events of a type, such as TeamArchived')
    .addOption(new Option('--from <position>', 'first position').argParser(wholeOption))
    .addOption(new Option('--limit <count>', 'most events').argParser(wholeOption))
    .addOption(new Option('--recorded-from <time>', 'recorded at this time or later').argParser(timeOption))
    .addOption(new Option('--recorded-before <time>', 'recorded before this time').argParser(timeOption))
    .action((options: EventsOptions) => withData(options, (data) => printEvents(data, options)));
}

const PAGE = 1000;

async function printEvents({ history }: AuditData, options: EventsOptions): Promise<void> {
  const isWanted = filterOf(options);
  // A reader that has seen enough, such as head, ends the command.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  let left = options.limit ?? Infinity;
  for (let after = Math.max(0, (options.from ?? 1) - 1), atEnd = false; !atEnd && left > 0;) {
    const page = await history.readAll({ after, limit: PAGE });
    const wanted = page.events.filter(isWanted).slice(0, left);
    left -= wanted.length;
    const text = wanted.map((event) => `${JSON.stringify(event)}\n`).join('');
    // No more is read than the reader takes.
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    ({ position: after, atEnd } = page);
  }
}

function filterOf(options: EventsOptions): (event: RecordedEvent) => boolean {
  const { workspace, stream, type, recordedFrom = -Infinity, recordedBefore = Infinity } = options;
  const belongs = workspace === undefined ? () => true : belongsTo(workspace);
  return (event) => {
    const recordedAt = Date.parse(event.metadata.recordedAt);
    return (
      // First, as it takes note of which invoices are the workspace's.
      belongs(event) &&
      (stream === undefined || event.stream === stream) &&
      (type === undefined || event.type === type || event.type.startsWith(`${type}.v`)) &&
      recordedAt >= recordedFrom &&
      recordedAt < recordedBefore
    );
  };
}

/** Whether an event is about a workspace. An invoice says whose it is by its first event. */
function belongsTo(workspaceId: string): (event: RecordedEvent) => boolean {
  const streams = new Set([`workspace-${workspaceId}`, `contract-${workspaceId}`, `billing-${workspaceId}`]);
  return ({ stream, data }) => {
    const subject = stream.startsWith('idempotency-') ? stream.slice('idempotency-'.length) : stream;
    if (stream.startsWith('invoice-') && (data as { workspaceId?: unknown }).workspaceId === workspaceId) {
      streams.add(stream);
    }
    return streams.has(subject);
  };
}
