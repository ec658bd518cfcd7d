import { describeDriver } from './driver.contract';
import { openLibsql } from './libsql';
import { openNode } from './node';

/** Older than Node 22 there is none; what it needs is in each 22 that is still kept up. */
const hasNodeSqlite = (): boolean => process.getBuiltinModule('node:sqlite') !== undefined;

describeDriver('libsql', openLibsql);
describeDriver('node:sqlite', hasNodeSqlite() ? openNode : undefined);
