import { takeAnchor } from '@seatledger/audit';
import { type Command } from 'commander';

import { print } from './columns';
import { dataOption, type DataOptions, withData } from './data';

export function addAnchor(audit: Command): void {
  audit
    .command('anchor')
    .description('what the whole history comes to now, in one line to keep elsewhere; see verify --anchors')
    .addOption(dataOption())
    .action((options: DataOptions) =>
      withData(options, async ({ history }) => {
        const anchor = await takeAnchor(history);
        print(`${JSON.stringify({ ...anchor, takenAt: new Date().toISOString() })}\n`);
      }),
    );
}
