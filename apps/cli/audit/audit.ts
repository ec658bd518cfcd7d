import { type Command } from 'commander';

import { addAnchor } from './anchor';
import { addBundle } from './bundle';
import { addEvents } from './events';
import { addExplain } from './explain';
import { addRecount } from './recount';
import { addVerify } from './verify';
import { addWhatIf } from './what-if';

/** Commands that prove what was billed, from a data folder, a copy of it, or the servers; they change nothing. */
export function addAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('prove what was billed, by replay: on the data folder itself, a copy, or the servers; only reads');
  for (const add of [addEvents, addRecount, addExplain, addVerify, addAnchor, addBundle, addWhatIf]) add(audit);
}
