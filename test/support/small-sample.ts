import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { BILL_TO } from './service';

/** Writes a sample history for the demo: one workspace with one team in one month. Answers its folder. */
export function smallSample(folder: string): string {
  mkdirSync(path.join(folder, 'facts'), { recursive: true });
  const occurredAt = '2026-06-01T08:00:00Z';
  const facts = [
    { type: 'StartWorkspace', key: 'a-1', workspaceId: 'acme', occurredAt, name: 'Acme GmbH', startedAt: occurredAt },
    { type: 'CreateTeam', key: 'a-2', workspaceId: 'acme', occurredAt, teamId: 'red', name: 'Red' },
  ];
  const lines = facts.map((fact) => JSON.stringify(fact)).join('\n');
  writeFileSync(path.join(folder, 'facts/2026-06.ndjson.gz'), gzipSync(`${lines}\n`));
  const body = { unitPriceMinor: 4900, currency: 'EUR', firstMonth: '2026-06', billTo: BILL_TO };
  const contract = { chunk: '2026-06', workspaceId: 'acme', action: 'open', body };
  writeFileSync(path.join(folder, 'contracts.ndjson'), `${JSON.stringify(contract)}\n`);
  return folder;
}
