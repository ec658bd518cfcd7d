import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Of Emmett's SQLite package, what is compared with. */
export interface Emmett {
  getSQLiteEventStore(options: { fileName: string }): EmmettStore;
}
interface EmmettConnection {
  command(sql: string, values?: readonly (string | number)[]): Promise<unknown>;
}
export interface EmmettStore {
  appendToStream(
    stream: string,
    events: readonly { type: string; data: object; metadata?: object }[],
    options: { expectedStreamVersion: bigint | 'STREAM_DOES_NOT_EXIST' },
  ): Promise<{ nextExpectedStreamVersion: bigint }>;
  consumer(options: { pulling: { batchSize: number } }): {
    processor(options: {
      processorId: string;
      startFrom: 'BEGINNING';
      eachMessage: (event: { data: unknown }, context: { connection: EmmettConnection }) => Promise<void>;
      stopAfter: () => boolean;
    }): void;
    start(): Promise<void>;
    close(): Promise<void>;
  };
}

/** Installs the peer when it is not there. Undefined, with a line that says why, when that fails. */
export function loadEmmett(): Emmett | undefined {
  try {
    if (!existsSync(path.join(__dirname, 'node_modules'))) {
      execFileSync('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit'], { cwd: __dirname, stdio: 'pipe' });
    }
    return createRequire(path.join(__dirname, 'package.json'))('@event-driven-io/emmett-sqlite') as Emmett;
  } catch (error) {
    console.log(`Emmett is left out: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    return undefined;
  }
}
