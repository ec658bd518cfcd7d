import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { type VerifiedHead } from '@seatledger/event-store';

import { type EventHistory } from '../history';

/**
 * What the whole history came to at a moment, in one line that is kept elsewhere: by an auditor,
 * on paper, in a mail. A forger who rewrites the history afterwards, with all its hashes, can no longer
 * make it fit.
 */
export interface Anchor {
  /** Position of the last event. */
  readonly position: number;
  readonly streams: number;
  /** SHA-256 over the lines `stream revision hash`, one for each stream in code-unit order. */
  readonly digest: string;
}

export function anchorOf(
  position: number,
  heads: ReadonlyMap<string, Pick<VerifiedHead, 'revision' | 'hash'>>,
): Anchor {
  const sum = createHash('sha256');
  for (const stream of [...heads.keys()].sort()) {
    const head = heads.get(stream);
    sum.update(`${stream} ${head?.revision} ${head?.hash}\n`);
  }
  return { position, streams: heads.size, digest: sum.digest('hex') };
}

const PAGE = 2000;

/** Takes an anchor of the history as it is now. */
export async function takeAnchor(history: EventHistory): Promise<Anchor> {
  const until = await history.head();
  const heads = new Map<string, { revision: number; hash: string }>();
  let position = 0;
  for (let after = 0; after < until;) {
    const page = await history.readAll({ after, limit: PAGE });
    for (const { stream, revision, metadata, position: at } of page.events) {
      if (at > until) break;
      heads.set(stream, { revision, hash: metadata.hash });
      position = at;
    }
    after = page.position;
    if (page.atEnd) break;
    await nextTurn();
  }
  return anchorOf(position, heads);
}

/** Reads an anchor as it was written. @throws {Error} naming what is wrong */
export function parseAnchor(text: string): Anchor {
  const { position, streams, digest } = JSON.parse(text) as Partial<Anchor>;
  const isAnchor =
    Number.isSafeInteger(position) && Number.isSafeInteger(streams) && /^[0-9a-f]{64}$/.test(digest ?? '');
  if (!isAnchor) throw new Error('an anchor has a position, a number of streams and a digest');
  return { position: Number(position), streams: Number(streams), digest: String(digest) };
}
