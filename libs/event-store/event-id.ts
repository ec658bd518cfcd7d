import { hash as hashOf } from 'node:crypto';

/** The namespace for names that are URLs (RFC 9562, 6.6). */
const URLS = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';
/** Namespace of the ids derived here. */
const NAMESPACE = bytesOf(uuidV5(bytesOf(URLS), 'urn:seatledger:event'));

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

function uuidV5(namespace: Buffer, name: string): string {
  const hex = hashOf('sha1', Buffer.concat([namespace, Buffer.from(name)]));
  // The variant is 0b10: of this digit two bits are left.
  const digit = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${digit}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
