import { Readable } from 'node:stream';

import { ZipFile } from 'yazl';

/** A file of an archive; its content is read when its turn comes. */
export interface ZipEntry {
  readonly name: string;
  readonly read: () => Promise<Uint8Array>;
  /** Compressing it again would gain nothing. */
  readonly isCompressed?: boolean;
}

/**
 * A ZIP archive as a stream, with one file's content in memory at a time. A file that cannot be
 * read breaks the stream off: its reader sees that the archive is not whole.
 */
export function zipStream(entries: readonly ZipEntry[], modifiedAt: number): Readable {
  const archive = new ZipFile();
  const output = Readable.from(archive.outputStream);
  archive.on('error', (error: Error) => output.destroy(error));
  for (const { name, read, isCompressed = false } of entries) {
    const options = { mtime: new Date(modifiedAt), mode: 0o100644, compress: !isCompressed };
    archive.addReadStreamLazy(name, options, (answer) => {
      read().then(
        (content) => answer(null, Readable.from([content])),
        (error: unknown) => output.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    });
  }
  archive.end();
  return output;
}
