/**
 * MongoDB's wire protocol, as far as the driver uses it: OP_MSG both ways, and OP_QUERY for the
 * very first hello. https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
import { deserialize, serialize } from 'bson';

export type Doc = Record<string, unknown>;

export interface Request {
  readonly id: number;
  readonly command: Doc;
  /** The client waits for no answer. */
  readonly moreToCome: boolean;
  readonly isLegacy: boolean;
}

const HEADER = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** Cuts the bytes of a connection into messages. */
export class Messages {
  private rest: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): Request[] {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const requests: Request[] = [];
    while (this.rest.length >= HEADER && this.rest.length >= this.rest.readInt32LE(0)) {
      const length = this.rest.readInt32LE(0);
      requests.push(decode(this.rest.subarray(0, length)));
      this.rest = this.rest.subarray(length);
    }
    return requests;
  }
}

function decode(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const opcode = message.readInt32LE(12);
  if (opcode === OP_QUERY) {
    const query = message.indexOf(0, HEADER + 4) + 1 + 8;
    return { id, command: { ...documentAt(message, query), $db: 'admin' }, moreToCome: false, isLegacy: true };
  }
  if (opcode !== OP_MSG) throw new Error(`opcode ${opcode} is not spoken here`);
  const flags = message.readUInt32LE(HEADER);
  const end = message.length - ((flags & CHECKSUM_PRESENT) === 0 ? 0 : 4);
  const command: Doc = {};
  for (let at = HEADER + 4; at < end;) {
    const kind = message.readUInt8(at);
    const size = message.readInt32LE(at + 1);
    if (kind === 0) Object.assign(command, documentAt(message, at + 1));
    else Object.assign(command, sequenceAt(message, at + 1, size));
    at += 1 + size;
  }
  return { id, command, moreToCome: (flags & MORE_TO_COME) !== 0, isLegacy: false };
}

/** Documents that travel beside the command: those of an insert, the parts of an update. */
function sequenceAt(message: Buffer, start: number, size: number): Doc {
  const nameEnd = message.indexOf(0, start + 4);
  const name = message.toString('utf8', start + 4, nameEnd);
  const documents: Doc[] = [];
  for (let at = nameEnd + 1; at < start + size; at += message.readInt32LE(at)) documents.push(documentAt(message, at));
  return { [name]: documents };
}

function documentAt(message: Buffer, at: number): Doc {
  return deserialize(message.subarray(at, at + message.readInt32LE(at)));
}

export function encode(request: Request, reply: Doc): Buffer {
  const body = serialize(reply, { ignoreUndefined: true });
  // A reply says how many documents follow; a message has one section of kind 0.
  const head = Buffer.alloc(request.isLegacy ? HEADER + 20 : HEADER + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(request.id, 8);
  head.writeInt32LE(request.isLegacy ? OP_REPLY : OP_MSG, 12);
  if (request.isLegacy) head.writeInt32LE(1, HEADER + 16);
  return Buffer.concat([head, body]);
}
