import { hash as hashOf } from 'node:crypto';

/** Namespace of the ids derived here: the URL namespace's UUIDv5 of `urn:seatledger:event`. */
const NAMESPACE = uuidV5('6ba7b811-9dad-11d1-80b4-00c04fd430c8', 'urn:seatledger:event');

/**
 * The id of a command's n-th event (RFC 9562, UUIDv5). An append that is repeated brings the same
 * ids and is known again. Another attempt at the same command, in another process or at another
 * time, has another link in the chain and so another id: it meets a conflict, never a false match.
 */
export const eventId = (commandId: string, index: number, hash: string): string =>
  uuidV5(NAMESPACE, `${commandId}/${index}/${hash}`);

/** The id of the command that a request under an idempotency key asks for. */
export const commandIdOf = (scope: string, idempotencyKey: string): string =>
  uuidV5(NAMESPACE, `${scope} ${idempotencyKey}`);

function uuidV5(namespace: string, name: string): string {
  const bytes = hashOf('sha1', Buffer.concat([bytesOf(namespace), Buffer.from(name)]), 'buffer').subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
