/**
 * Writes one store from several appenders until it is killed, or until it has appended `rounds`
 * batches with each. What was acknowledged it notes in a file, one line for each append, which
 * outlives the process. Arguments: store file, note file, name of this process, rounds.
 */
import { openSync, writeSync } from 'node:fs';

import {
  type EventToAppend,
  type ExpectedRevision,
  openEmbeddedEventStore,
  RevisionConflict,
} from '../../../libs/event-store/testing';

/** Events in one append; they must be there all or none. */
const BATCH = 3;
const OWN_STREAMS = 6;
const SHARED_WRITERS = 3;

/** One acknowledged append. */
export interface Note {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly ids: readonly string[];
}

async function main([file = '', noteFile = '', process_ = '', rounds = '0']: readonly string[]): Promise<void> {
  const notes = openSync(noteFile, 'a');
  const store = await openEmbeddedEventStore({ file });
  process.send?.('ready');

  const batch = (stream: string, attempt: string): EventToAppend[] =>
    Array.from({ length: BATCH }, (_, index) => ({
      id: `${stream}/${attempt}/${index}`,
      type: 'Written.v1',
      data: { attempt: `${stream}/${attempt}`, of: BATCH, filler: 'x'.repeat(Math.floor(Math.random() * 600)) },
      metadata: {
        $correlationId: process_,
        $causationId: attempt,
        actor: 'crash-test',
        occurredAt: '2026-03-01T10:00:00.000Z',
        recordedAt: '2026-03-01T10:00:00.000Z',
        hash: '',
      },
    }));

  async function append(stream: string, events: readonly EventToAppend[], expected: ExpectedRevision): Promise<number> {
    const { revision, position } = await store.append(stream, events, expected);
    const note: Note = { stream, revision, position, ids: events.map(({ id }) => id) };
    writeSync(notes, `${JSON.stringify(note)}\n`);
    return revision;
  }

  async function last(stream: string): Promise<ExpectedRevision> {
    const [event] = await store.readStream(stream, { direction: 'backward', limit: 1 });
    return event?.revision ?? 'no-stream';
  }

  /** The only writer of its stream: it knows the revision. */
  async function writeOwn(stream: string): Promise<void> {
    const before = await store.readStream(stream, { direction: 'backward', limit: BATCH });
    let revision: ExpectedRevision = before[0]?.revision ?? 'no-stream';
    if (typeof revision === 'number') {
      // As a client that never heard whether its last append was written: the same once more.
      const expected = revision === BATCH - 1 ? 'no-stream' : revision - BATCH;
      revision = await append(stream, before.reverse(), expected);
    }
    for (let round = 0; rounds === '0' || round < Number(rounds); round += 1) {
      revision = await append(stream, batch(stream, `${process_}-${round}`), revision);
    }
  }

  /** One of many writers of a stream: it loses, and tries again. */
  async function writeShared(stream: string, writer: number): Promise<void> {
    for (let round = 0; rounds === '0' || round < Number(rounds);) {
      try {
        await append(stream, batch(stream, `${process_}-${writer}-${round}`), await last(stream));
        round += 1;
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
      }
    }
  }

  const family = process_.split('-')[0] ?? '';
  await Promise.all([
    ...Array.from({ length: OWN_STREAMS }, (_, index) => writeOwn(`own-${family}-${index}`)),
    ...Array.from({ length: SHARED_WRITERS }, (_, index) => writeShared('shared', index)),
  ]);
  await store.close();
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
