/**
 * Verifying everything: a history of a million events with ten thousand closings is made, and
 * derived again from its events as `cli audit verify` does it.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { verify } from '@seatledger/audit';
import { openEmbeddedHistory } from '@seatledger/event-store';
import { openDocumentFolder } from '@seatledger/read-store';

import { writeHistory } from './history';

export async function run(folder: string, scale: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const data = path.join(folder, `history-${scale}`);
  if (!existsSync(path.join(data, 'events.db'))) {
    const making = mkdtempSync(path.join(folder, 'making-'));
    const began = performance.now();
    const size = { workspaces: Math.ceil(400 * scale), months: 25, factsPerMonth: 94 };
    const { events, closings } = await writeHistory(making, size);
    rmSync(data, { recursive: true, force: true });
    renameSync(making, data);
    console.log(`made ${events} events with ${closings} closings in ${seconds(began)} s`);
  }
  const file = path.join(data, 'events.db');
  const history = await openEmbeddedHistory({ file });
  const documents = await openDocumentFolder({ folder: path.join(data, 'documents') });
  let most = 0;
  const note = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const began = performance.now();
  const cpu = process.cpuUsage();
  let failures = 0;
  let eventsAt = 0;
  const steps = verify({ history, documents, embedded: history, now: Date.now() });
  for (;;) {
    const step = await steps.next();
    note();
    if (step.done === true) {
      const { user, system } = process.cpuUsage(cpu);
      console.log(`checked ${JSON.stringify(step.value)}, ${failures} failures, ${statSync(file).size / 2 ** 20} MiB`);
      console.log(
        `${seconds(began)} s (events ${((eventsAt - began) / 1000).toFixed(1)} s), CPU ${((user + system) / 1e6).toFixed(1)} s, at most ${Math.round(most / 2 ** 20)} MiB resident`,
      );
      break;
    }
    if (step.value.kind === 'failure') {
      failures += 1;
      if (failures <= 5) console.log(step.value.failure);
    } else if (step.value.of === 'events') eventsAt = performance.now();
  }
  history.close();
}

const seconds = (began: number): string => ((performance.now() - began) / 1000).toFixed(1);

if (require.main === module) void run(process.argv[2] ?? tmpdir(), Number(process.argv[3] ?? 1));
