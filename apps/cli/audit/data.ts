import { existsSync } from 'node:fs';
import path from 'node:path';

import { type DocumentReader } from '@seatledger/audit';
import { isBillingMonth, Problem } from '@seatledger/domain';
import { type EmbeddedHistory, EventStoreUnavailable, openEmbeddedHistory } from '@seatledger/event-store';
import { openDocumentFolder } from '@seatledger/read-store';

import { CliError } from '../cli-error';

/** The files of a service, or of a copy of them: an auditor needs no running service. */
export interface AuditData {
  readonly folder: string;
  readonly history: EmbeddedHistory;
  readonly documents: DocumentReader;
}

/** Options of every audit command. */
export interface DataOptions {
  readonly data?: string;
}

/** Opens the files for reading alone, and closes them whatever happens. @throws {CliError} */
export async function withData<Result>(
  options: DataOptions,
  use: (data: AuditData) => Promise<Result>,
): Promise<Result> {
  const folder = path.resolve(options.data ?? process.env['DATA_DIR'] ?? './data');
  const file = path.join(folder, 'events.db');
  if (!existsSync(file)) {
    throw new CliError(`${file}: there is no such file. Name the service's data folder, or a copy of it, with --data.`);
  }
  const documentFolder = path.join(folder, 'documents');
  try {
    const history = await openEmbeddedHistory({ file });
    try {
      const documents = existsSync(documentFolder)
        ? await openDocumentFolder({ folder: documentFolder })
        : NO_DOCUMENTS;
      return await use({ folder, history, documents });
    } finally {
      await history.close();
    }
  } catch (error) {
    if (error instanceof Problem) throw new CliError(`${error.code}: ${error.detail}`);
    if (error instanceof EventStoreUnavailable) throw new CliError(error.message);
    throw error;
  }
}

const NO_DOCUMENTS: DocumentReader = {
  get: (sha256) => Promise.reject(new Error(`there is no document ${sha256}: the folder of documents is missing`)),
};

/** A month given on the command line. @throws {CliError} */
export function monthOption(value: string): string {
  if (isBillingMonth(value)) return value;
  throw new CliError(`${value} is not a month such as 2026-03.`);
}

/** A time given on the command line. @throws {CliError} */
export function timeOption(value: string): number {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value)
    ? Date.parse(value)
    : NaN;
  if (!Number.isNaN(time)) return time;
  throw new CliError(`${value} is not a time such as 2026-04-01T00:00:00Z.`);
}

/** A whole number given on the command line. @throws {CliError} */
export function wholeOption(value: string): number {
  if (/^\d{1,15}$/.test(value)) return Number(value);
  throw new CliError(`${value} is not a whole number.`);
}
