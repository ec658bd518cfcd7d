/** Random numbers that a seed repeats (mulberry32). */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }
  chance(probability: number): boolean {
    return this.next() < probability;
  }
}

const IDS = ['w', 'v', 't', 'm', 'w1', 'none'];
const MONTHS = ['2025-01', '2025-06', '2026-01', '2026-13', '0000-00', '9999-12'];
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'then',
  'length',
];
const TEXTS = [
  '',
  ' ',
  'Müller & Söhne <b>',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u2028',
  "'; DROP TABLE events; --",
  '=cmd|1',
  '../../etc/passwd',
  '{{7*7}}',
  '%00',
  'x'.repeat(300),
  'x'.repeat(20_000),
  '2026-02-30T00:00:00Z',
  '9999999-01-01T00:00:00Z',
  '2026-01-01T00:00:00Z',
  'EUR',
  'DE',
  'a@b.example',
  '10.00',
  'Europe/Berlin',
  ...NAMES,
];
/** JSON as text, so that also what JSON.stringify would not write can be sent. */
const LITERALS = [
  'null',
  'true',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e308',
  '1e400',
  '-1e400',
  '9007199254740993',
  '123456789012345678901234567890',
  '4900',
  '[]',
  '{}',
  '""',
];

/** Bodies, paths and headers that nobody should send. */
export class Hostile {
  /** For a request that is to get far: as the API wants it, on subjects that are mostly there. */
  tame = false;

  constructor(readonly random: Random) {}

  text(): string {
    return this.random.pick(TEXTS);
  }

  /** A value as JSON text; `fields` are names that the API knows. */
  value(fields: readonly string[], depth = 0): string {
    const { random } = this;
    const kind = random.below(depth > 3 ? 4 : 9);
    if (kind < 2) return random.pick(LITERALS);
    if (kind < 4) return JSON.stringify(random.chance(0.6) ? this.named('') : this.text());
    if (kind === 4) return `[${this.several(() => this.value(fields, depth + 1)).join(',')}]`;
    if (kind === 5 && random.chance(0.03)) return this.deep();
    return this.object(fields, depth);
  }

  /** An object of known and hostile names, some of them twice. */
  object(fields: readonly string[], depth = 0): string {
    const { random } = this;
    const names = fields.filter(() => random.chance(this.tame ? 0.97 : 0.8));
    if (!this.tame && random.chance(0.1)) names.push(random.pick(NAMES));
    if (random.chance(0.05) && names.length > 0) names.push(random.pick(names));
    const members = names.map((name) => `${JSON.stringify(name)}:${this.member(name, fields, depth)}`);
    return `{${members.join(',')}}`;
  }

  /** Bytes that are sent as a body. */
  body(fields: readonly string[]): Buffer {
    const { random } = this;
    if (this.tame) return Buffer.from(this.object(fields));
    const kind = random.below(40);
    if (kind === 0) return Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]);
    if (kind === 1) return Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d]);
    if (kind === 2) return Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
    if (kind === 3) return Buffer.alloc(0);
    if (kind === 4) return Buffer.from(this.deep());
    const text = random.chance(0.1) ? this.value(fields) : this.object(fields);
    // Cut off in the middle, at times.
    return Buffer.from(random.chance(0.05) ? text.slice(0, random.below(text.length)) : text);
  }

  /** What a name stands for, as often right as wrong. */
  named(name: string): string {
    const { random } = this;
    if (this.tame) return this.right(name);
    if (/month|from/i.test(name)) return random.pick(MONTHS);
    if (/At$|Before$/.test(name)) return random.pick(['2025-03-01T00:00:00Z', '2099-01-01T00:00:00Z', this.text()]);
    if (/id/i.test(name)) return random.chance(0.8) ? random.pick(IDS) : this.text();
    if (name === 'number') return random.pick(['RE-2025-000001', 'RE-2026-000001', this.text()]);
    if (name === 'email') return random.pick(['a@b.example', this.text()]);
    return random.pick([...IDS, ...TEXTS]);
  }

  /** What the API wants under a name. */
  private right(name: string): string {
    const { random } = this;
    if (/month|from/i.test(name)) return random.pick(MONTHS.slice(0, 3));
    if (/At$|Before$/.test(name)) return `202${random.below(6)}-03-0${1 + random.below(9)}T00:00:00Z`;
    if (name === 'workspaceId') return random.pick(['w', 'v']);
    if (/id/i.test(name)) return random.pick([...IDS, `n${random.below(50)}`]);
    if (name === 'number') return 'RE-2026-000001';
    if (name === 'email') return 'a@b.example';
    return random.pick(['Müller', 'Süd', 'Nord']);
  }

  private member(name: string, fields: readonly string[], depth: number): string {
    const { random } = this;
    if (!this.tame && random.chance(0.15)) return this.value(fields, depth + 1);
    if (name === 'unitPriceMinor') return random.pick(['4900', '0', '-1', '1e15', '"1"']);
    if (name === 'billTo') {
      return '{"name":"A","street":"S","postalCode":"1","city":"C","country":"DE"}';
    }
    if (name === 'currency') return '"EUR"';
    if (name === 'teamIds' || name === 'workspaceIds') return `["${random.pick(IDS)}"]`;
    if (name === 'commands') return `[${this.several(() => this.command()).join(',')}]`;
    return JSON.stringify(this.named(name));
  }

  /** A command of a batch. */
  command(): string {
    const type = this.random.pick([
      'CreateTeam',
      'ArchiveTeam',
      'AddMember',
      'RemoveInactiveMembers',
      'EraseMember',
      'Frob',
    ]);
    const rest = this.object(['workspaceId', 'teamId', 'memberId', 'name', 'email', 'key']);
    return rest === '{}' ? `{"type":"${type}"}` : `{"type":"${type}",${rest.slice(1)}`;
  }

  private deep(): string {
    const depth = this.random.pick([100, 5000, 100_000]);
    return this.random.chance(0.5)
      ? '['.repeat(depth) + ']'.repeat(depth)
      : '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);
  }

  private several(make: () => string): string[] {
    return Array.from({ length: this.random.below(4) }, make);
  }
}
