import { existsSync } from 'node:fs';

/** What is wrong with a connection string; the text goes on after the name of its setting. */
export class BadConnectionString extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadConnectionString';
  }
}

const isNumber = (value: string): boolean => /^[1-9]\d*$/.test(value);
/** Where -1 switches something off. */
const isNumberOrOff = (value: string): boolean => value === '-1' || isNumber(value);
const isBoolean = (value: string): boolean => value === 'true' || value === 'false';

/** The options of a connection string, by the client's own spelling, and how their values look. */
const OPTIONS: Readonly<Record<string, { readonly form: string; readonly accepts: (value: string) => boolean }>> = {
  connectionName: { form: 'a name', accepts: () => true },
  defaultDeadline: { form: 'milliseconds', accepts: isNumber },
  discoveryInterval: { form: 'milliseconds', accepts: isNumber },
  gossipTimeout: { form: 'seconds', accepts: isNumber },
  keepAliveInterval: { form: 'milliseconds', accepts: isNumberOrOff },
  keepAliveTimeout: { form: 'milliseconds', accepts: isNumberOrOff },
  maxDiscoverAttempts: { form: 'a number', accepts: isNumber },
  // A follower may lag behind what was just written, and a closing must not miss a fact.
  nodePreference: { form: 'leader', accepts: (value) => value === 'leader' },
  // Without it a conflict would be answered like a success.
  throwOnAppendFailure: { form: 'true', accepts: (value) => value === 'true' },
  tls: { form: 'true or false', accepts: isBoolean },
  tlsCAFile: { form: 'a file that exists', accepts: existsSync },
  // The client ignores false; its own certificate authority is named by tlsCAFile.
  tlsVerifyCert: { form: 'true (give tlsCAFile for an authority of your own)', accepts: (value) => value === 'true' },
  userCertFile: { form: 'a file that exists', accepts: existsSync },
  userKeyFile: { form: 'a file that exists', accepts: existsSync },
};

const flat = (option: string): string => option.toLowerCase().replace(/[_-]/g, '');
const SPELLINGS = new Map(Object.keys(OPTIONS).map((option) => [flat(option), option]));

const EXAMPLE =
  'esdb://admin:changeit@host:2113, esdb+discover://cluster.example:2113 or esdb://127.0.0.1:2113?tls=false';

export interface ConnectionString {
  /** Where it leads to, without user and password: for messages. */
  readonly hosts: string;
  /** How long one call may take, in ms, when the string says so. */
  readonly deadline: number | undefined;
}

/**
 * Checks a connection string before anything is connected. The client itself drops unknown
 * options, and credentials without TLS, in silence: here they are refused.
 * @throws {BadConnectionString} never repeating the string, which may hold a password
 */
export function parseConnectionString(url: string): ConnectionString {
  // A colon or the like within a password must be written as %3A: the client would cut it off there.
  const parts = /^esdb(?:\+discover)?:\/\/(?:([^:@/?]+):([^:@/?]+)@)?([^@/?]+)\/?(?:\?(.*))?$/.exec(url.trim());
  if (parts === null) throw new BadConnectionString(`must be an EventStoreDB connection string such as ${EXAMPLE}`);
  const [, user, , hosts = '', query = ''] = parts;
  for (const host of hosts.split(',')) checkHost(host);
  const options = parseOptions(query);
  if (user !== undefined && options.get('tls') === 'false') {
    throw new BadConnectionString(
      'has a user and password with tls=false, but they are only sent over TLS: take out one or the other',
    );
  }
  if (options.has('userCertFile') !== options.has('userKeyFile')) {
    throw new BadConnectionString('must have userCertFile and userKeyFile together, or neither');
  }
  const deadline = options.get('defaultDeadline');
  return { hosts, deadline: deadline === undefined ? undefined : Number(deadline) };
}

function checkHost(host: string): void {
  const [, name, port = '2113'] = /^([^:\s]+)(?::(\d+))?$/.exec(host) ?? [];
  if (name === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw new BadConnectionString(`must have hosts such as db1.example:2113, not "${host}"`);
  }
}

function parseOptions(query: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const pair of query === '' ? [] : query.split('&')) {
    const [key = '', raw = ''] = pair.split('=', 2);
    const name = SPELLINGS.get(flat(key));
    const option = name === undefined ? undefined : OPTIONS[name];
    if (name === undefined || option === undefined) {
      throw new BadConnectionString(
        `has the unknown option "${key}"; known are ${Object.keys(OPTIONS).sort().join(', ')}`,
      );
    }
    const value = decode(raw);
    if (value === '' || !option.accepts(value)) {
      throw new BadConnectionString(`must have ${name}=${option.form}, not "${value}"`);
    }
    options.set(name, value);
  }
  return options;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value).trim();
  } catch {
    return value;
  }
}
