import { type Command } from 'commander';

import { addAnchor } from './anchor';
import { addBundle } from './bundle';
import { addEvents } from './events';
import { addExplain } from './explain';
import { addRecount } from './recount';
import { addVerify } from './verify';
import { addWhatIf } from './what-if';

/** Commands that prove what was billed, from a data folder or a copy of it; they change nothing. */
export function addAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('prove what was billed, by replay: works on the data folder itself, or on a copy, and only reads');
  for (const add of [addEvents, addRecount, addExplain, addVerify, addAnchor, addBundle, addWhatIf]) add(audit);
}
