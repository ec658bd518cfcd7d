import { BlockList, isIP } from 'node:net';

export const ROLES = ['product', 'accounting', 'scheduler', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/** A key that the environment gives. */
export interface ConfiguredKey {
  readonly role: Role;
  readonly key: string;
}

/** Shorter ones can be guessed. */
const MIN_KEY_LENGTH = 32;

/** Reads `role:key,role:key`. @throws {Error} saying what it must be; no key is repeated */
export function parseApiKeys(value: string): ConfiguredKey[] {
  const roles = new Map<string, Role>();
  return value.split(',').map((entry) => {
    const colon = entry.indexOf(':');
    const role = ROLES.find((known) => known === entry.slice(0, colon).trim());
    const key = entry.slice(colon + 1).trim();
    if (colon === -1 || role === undefined || key === '') {
      throw new Error(`must be ROLE:KEY,ROLE:KEY with the roles ${ROLES.join(', ')}`);
    }
    // A key is found by its hash, once: the other role would be silently without one.
    const other = roles.get(key);
    if (other !== undefined && other !== role) {
      throw new Error(`must be a key of its own for each role, but ${other} and ${role} have the same`);
    }
    roles.set(key, role);
    return { role, key };
  });
}

/** @throws {Error} naming the roles whose keys are too short to be used outside development */
export function refuseShortKeys(value: string, isDevelopment: boolean): void {
  const short = parseApiKeys(value).filter(({ key }) => key.length < MIN_KEY_LENGTH);
  if (isDevelopment || short.length === 0) return;
  const roles = [...new Set(short.map(({ role }) => role))].join(', ');
  throw new Error(
    `must be keys of at least ${MIN_KEY_LENGTH} characters where HOST or PUBLIC_URL is not loopback, ` +
      `which those of ${roles} are not`,
  );
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a host, with or without the brackets of an IPv6 address, is this machine alone. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const version = isIP(bare);
  return version === 0 ? bare.toLowerCase() === 'localhost' : LOOPBACK.check(bare, version === 4 ? 'ipv4' : 'ipv6');
}
