import '../check-node.cjs';
import 'reflect-metadata';

import { Command } from 'commander';

import { keepFilesPrivate } from '../billing/infrastructure/data-dir';
import { addAudit } from './audit/audit';
import { addBackup } from './backup';
import { failureOf } from './cli-error';
import { addClose } from './close';
import { addCopyEvents } from './copy-events';
import { addDemo } from './demo/demo';
import { addExport } from './export';
import { addImport } from './import';
import { addKeys } from './keys';
import { addRebuild } from './rebuild';
import { addTemplate } from './template';

/** The command line: each command is a client of the running service, or runs one itself. */
const program = new Command('seatledger')
  .description('Billing for team and user licenses: import facts, close months, look further.')
  .showHelpAfterError();

addImport(program);
addClose(program);
addExport(program);
addKeys(program);
addRebuild(program);
addAudit(program);
addBackup(program);
addCopyEvents(program);
addTemplate(program);
addDemo(program);

keepFilesPrivate();
program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${failureOf(error)}\n`);
  process.exitCode = 1;
});
