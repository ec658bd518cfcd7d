import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { isDuplicateKey, type MongoConnection } from '@seatledger/mongodb';
import { type Binary, GridFSBucket, type GridFSFile, MongoGridFSChunkError, type ObjectId } from 'mongodb';

import { DamagedDocument, type DocumentStore, hashOf, isHash, UnknownDocument } from './port';

interface Chunk {
  readonly files_id: ObjectId;
  readonly data: Binary;
}

const BUCKET = 'documents';

/**
 * Documents in GridFS, each as a file that is named by its hash. A file's entry is written after
 * its bytes, so that a document is there whole or not at all.
 */
export class GridFsDocuments implements DocumentStore {
  private readonly bucket: GridFSBucket;

  private constructor(private readonly connection: MongoConnection) {
    this.bucket = new GridFSBucket(connection.db, { bucketName: BUCKET });
  }

  static async open(connection: MongoConnection): Promise<GridFsDocuments> {
    await connection.run(async (db) => {
      await db.collection(`${BUCKET}.files`).createIndex({ filename: 1 }, { unique: true });
      await db.collection(`${BUCKET}.chunks`).createIndex({ files_id: 1, n: 1 }, { unique: true });
    });
    return new GridFsDocuments(connection);
  }

  /** For reading alone: makes no index where there is none. */
  static asTheyAre(connection: MongoConnection): Pick<DocumentStore, 'get' | 'has'> {
    return new GridFsDocuments(connection);
  }

  async put(bytes: Uint8Array): Promise<string> {
    const sha256 = hashOf(bytes);
    const stored = await this.entry(sha256);
    if (stored !== undefined) {
      if (hashOf(await this.bytesOf(stored).catch(() => Buffer.alloc(0))) === sha256) return sha256;
      // Damaged: the right bytes are at hand.
      await this.connection.run(() => this.bucket.delete(stored._id));
    }
    await this.connection.run(() => this.upload(sha256, bytes));
    return sha256;
  }

  async get(sha256: string): Promise<Uint8Array> {
    const stored = isHash(sha256) ? await this.entry(sha256) : undefined;
    if (stored === undefined) throw new UnknownDocument(sha256);
    const bytes = await this.bytesOf(stored);
    if (hashOf(bytes) !== sha256) throw damaged(stored);
    return bytes;
  }

  async has(sha256: string): Promise<boolean> {
    return isHash(sha256) && (await this.entry(sha256)) !== undefined;
  }

  private async entry(sha256: string): Promise<GridFSFile | undefined> {
    return this.connection.run(async () => (await this.bucket.find({ filename: sha256 }).next()) ?? undefined);
  }

  private async bytesOf(file: GridFSFile): Promise<Uint8Array> {
    return this.connection.run(async () => {
      const chunks: Uint8Array[] = [];
      try {
        for await (const chunk of this.bucket.openDownloadStream(file._id)) chunks.push(chunk as Uint8Array);
      } catch (error) {
        throw error instanceof MongoGridFSChunkError ? damaged(file) : error;
      }
      return Buffer.concat(chunks);
    });
  }

  private async upload(sha256: string, bytes: Uint8Array): Promise<void> {
    const upload = this.bucket.openUploadStream(sha256);
    try {
      await pipeline(Readable.from([bytes], { objectMode: false }), upload);
    } catch (error) {
      // Waiting for the removal waits for the writes before it too: for the entry of the process that was first.
      await this.connection.db.collection<Chunk>(`${BUCKET}.chunks`).deleteMany({ files_id: upload.id });
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

const damaged = ({ filename, _id }: GridFSFile): DamagedDocument =>
  new DamagedDocument(filename, `GridFS file ${_id.toString()} in the bucket ${BUCKET}`);
