import { types } from 'node:util';

/**
 * The same bytes in memory that holds nothing else, to post to another thread or to hand over. A small
 * `Buffer` is a piece of a pool in which other buffers live, too: posting it copies the whole pool, and
 * handing it over takes the pool from all of them (Node 20) or ends the thread (Node 22 and later).
 */
export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isAlone(bytes) ? bytes : new Uint8Array(bytes);
}

const isAlone = (bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> =>
  types.isArrayBuffer(bytes.buffer) && bytes.byteLength === bytes.buffer.byteLength;
