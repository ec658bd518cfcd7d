// The independent count against figures worked out by hand. It is an ES module without types and is run as its users
// run it: as a script of its own, on a sample folder that each test writes.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

type Json = Record<string, unknown>;
type Line = { kind: string; month: string; quantity: string; netMinor: number };
type Closing = {
  units: number;
  quantity: string;
  unitIds: string[];
  unitsDigest: string;
  lines: Line[];
  taxes: { category: string; rate: string; netMinor: number; taxMinor: number }[];
  netMinor: number;
  taxMinor: number;
  grossMinor: number;
  currency: string;
  variant: string;
  outcome: string;
};
type Count = {
  commands: { accepted: number; unchanged: number; refused: Record<string, number> };
  refusals: { chunk: string; line: number; code: string }[];
  contractRefusals: { chunk: string; line: number; code: string }[];
  workspaces: Record<string, Record<string, Closing>>;
  totals: { months: number; invoices: number; creditNotes: number; nothingToBill: number; byVariantAndCurrency: Json };
  current: Record<string, { members: Json; teams: Json }>;
};

const folder = mkdtempSync(join(tmpdir(), 'independent-count-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a sample (commands by chunk, contract actions) and counts it. */
function count(chunks: Record<string, Json[]>, actions: Json[] = []): Count {
  const samples = mkdtempSync(join(folder, 'sample-'));
  const ndjson = (items: Json[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('');
  mkdirSync(join(samples, 'facts'));
  for (const [chunk, commands] of Object.entries(chunks)) {
    const keyed = commands.map((command, index) => ({ key: `${chunk}-${index}`, workspaceId: 'w', ...command }));
    writeFileSync(join(samples, 'facts', `${chunk}.ndjson.gz`), gzipSync(ndjson(keyed)));
  }
  writeFileSync(join(samples, 'contracts.ndjson'), ndjson(actions));
  const script = join(__dirname, 'count.mjs');
  return JSON.parse(execFileSync(process.execPath, [script, samples], { encoding: 'utf8' })) as Count;
}

const GERMAN = { name: 'Muster GmbH', street: 'Weg 1', postalCode: '10115', city: 'Berlin', country: 'DE' };
const open = (chunk: string, terms: Json): Json => ({
  chunk,
  workspaceId: 'w',
  action: 'open',
  body: { unitPriceMinor: 1000, currency: 'EUR', firstMonth: chunk, billTo: GERMAN, ...terms },
});
const action = (chunk: string, name: string, body: Json): Json => ({ chunk, workspaceId: 'w', action: name, body });

const started = { type: 'StartWorkspace', name: 'W', occurredAt: '2026-01-05T09:00:00.000Z' };
const team = (teamId: string, occurredAt = '2026-01-10T09:00:00.000Z'): Json => ({
  type: 'CreateTeam',
  teamId,
  name: `Team ${teamId}`,
  occurredAt,
});
const teams = (number: number, occurredAt?: string) =>
  Array.from({ length: number }, (_, index) => team(`t${String(index + 1).padStart(2, '0')}`, occurredAt));
const archive = (teamId: string, occurredAt: string): Json => ({ type: 'ArchiveTeam', teamId, occurredAt });
const restore = (teamId: string, occurredAt: string): Json => ({ type: 'RestoreTeam', teamId, occurredAt });
const add = (memberId: string, occurredAt: string, teamIds?: string[]): Json => ({
  type: 'AddMember',
  memberId,
  name: memberId,
  email: `${memberId}@example.org`,
  ...(teamIds && { teamIds }),
  occurredAt,
});
const remove = (memberId: string, occurredAt: string): Json => ({ type: 'RemoveMember', memberId, occurredAt });
const place = (teamId: string, memberId: string, occurredAt: string): Json => ({
  type: 'PlaceMember',
  teamId,
  memberId,
  occurredAt,
});
const withdraw = (teamId: string, memberId: string, occurredAt: string): Json => ({
  ...place(teamId, memberId, occurredAt),
  type: 'WithdrawMember',
});

const JANUARY = '2026-01-20T09:00:00.000Z';

/** March 2026 of workspace `w` under the given terms. */
const march = (commands: Json[], terms: Json) =>
  count({ '2026-03': [started, ...commands] }, [open('2026-03', terms)]).workspaces['w']!['2026-03']!;
const byTeam = (countingRule: string) => ({ variant: 'team', countingRule });
const byUser = (countingRule: string) => ({ variant: 'user', countingRule });

describe('the worked examples', () => {
  // Berlin is at UTC+1 until 29 March 2026 and at UTC+2 from then on.
  const abc = [
    ...['A', 'B', 'C'].map((teamId) => team(teamId)),
    archive('B', '2026-03-31T21:59:59.000Z'),
    archive('C', '2026-03-31T22:00:00.000Z'),
  ];

  it('1: archived in the last second and at the end of March', () => {
    expect(march(abc, byTeam('month-end')).unitIds).toEqual(['A', 'C']);
    expect(march(abc, byTeam('any-time')).unitIds).toEqual(['A', 'B', 'C']);
  });

  it('2: archived on the 10th, restored on the 20th', () => {
    const d = [team('D'), archive('D', '2026-03-10T12:00:00.000Z'), restore('D', '2026-03-20T12:00:00.000Z')];
    expect(march(d, byTeam('month-end')).quantity).toBe('1');
    expect(march(d, byTeam('month-start')).quantity).toBe('1');
    const prorated = march(d, byTeam('prorated-daily'));
    expect(prorated.quantity).toBe('0.7097'); // 22 of 31 days
    expect(prorated.netMinor).toBe(710); // 0.7097 x 10.00 = 7.097
    expect(prorated.unitsDigest).toBe(createHash('sha256').update('D 0.7097\n').digest('hex'));
  });

  it('3, 4: members of an archived team, and of two teams', () => {
    const members = [add('M', JANUARY, ['B']), add('N', JANUARY, ['A', 'B'])];
    const { workspaces, current } = count({ '2026-03': [started, ...abc, ...members], '2026-04': [] }, [
      open('2026-03', byUser('any-time')),
    ]);
    expect(workspaces['w']!['2026-03']!.unitIds).toEqual(['M', 'N']);
    expect(workspaces['w']!['2026-04']!.unitIds).toEqual(['N']);
    expect(current['w']).toEqual({
      members: { total: 2, active: 1, inactive: 1 },
      teams: { total: 3, active: 1, archived: 2 },
    });
  });

  it('5: never placed in a team', () => {
    const closing = march([team('A'), add('O', '2026-03-05T09:00:00.000Z')], byUser('any-time'));
    expect(closing).toMatchObject({ units: 0, quantity: '0', lines: [], grossMinor: 0, outcome: 'nothing-to-bill' });
  });

  it('6: removed at the first instant of March, and a millisecond later', () => {
    const p = [team('A'), add('P', JANUARY, ['A'])];
    expect(march([...p, remove('P', '2026-02-28T23:00:00.000Z')], byUser('any-time')).unitIds).toEqual([]);
    expect(march([...p, remove('P', '2026-02-28T23:00:00.001Z')], byUser('any-time')).unitIds).toEqual(['P']);
  });

  it('7: half past ten in the evening UTC is April in Berlin', () => {
    const late = team('A', '2026-03-31T22:30:00.000Z');
    const { workspaces } = count({ '2026-03': [started, late], '2026-04': [] }, [open('2026-03', byTeam('any-time'))]);
    expect(workspaces['w']!['2026-03']!.units).toBe(0);
    expect(workspaces['w']!['2026-04']!.units).toBe(1);
    expect(march([late], { ...byTeam('any-time'), timeZone: 'UTC' }).units).toBe(1);
  });

  it('8: present twice in a month is billed once', () => {
    const twice = [
      team('A'),
      add('Q', '2026-03-02T09:00:00.000Z', ['A']),
      remove('Q', '2026-03-04T09:00:00.000Z'),
      add('Q', '2026-03-10T09:00:00.000Z', ['A']),
    ];
    expect(march(twice, byUser('any-time'))).toMatchObject({ unitIds: ['Q'], quantity: '1' });
    expect(march(twice, byUser('prorated-daily')).quantity).toBe('0.8065'); // days 2-4 and 10-31: 25 of 31
  });
});

describe('the counting rules', () => {
  it('peak: the first of two equally high moments, when one goes as another comes', () => {
    const list = [
      team('A', '2026-03-02T09:00:00.000Z'),
      team('B', '2026-03-03T09:00:00.000Z'),
      archive('A', '2026-03-04T09:00:00.000Z'),
      team('C', '2026-03-04T09:00:00.000Z'),
    ];
    expect(march(list, byTeam('peak')).unitIds).toEqual(['A', 'B']);
  });

  it('an active time without length counts for nothing', () => {
    const list = [team('A', '2026-03-02T09:00:00.000Z'), archive('A', '2026-03-02T09:00:00.000Z')];
    expect(march(list, byTeam('any-time')).units).toBe(0);
  });

  it('the day on which the clocks change is one day', () => {
    const list = [team('A', '2026-03-29T21:30:00.000Z')]; // 23:30 on the 29th: 29, 30, 31
    expect(march(list, byTeam('prorated-daily')).quantity).toBe('0.0968');
  });

  it('a removed member who is added again has to be placed again', () => {
    const list = [
      team('A'),
      add('M', JANUARY, ['A']),
      remove('M', '2026-02-01T09:00:00.000Z'),
      add('M', '2026-02-02T09:00:00.000Z'),
    ];
    expect(march(list, byUser('any-time')).units).toBe(0);
  });
});

describe('variants by default', () => {
  it.each([
    ['2023-02-28T22:59:59.999Z', {}, 'user'], // 28 February 23:59:59.999 in Berlin
    ['2023-02-28T23:00:00.000Z', {}, 'team'], // 1 March 00:00 in Berlin
    ['2023-02-28T23:00:00.000Z', { timeZone: 'UTC' }, 'user'],
    ['2025-01-01T00:00:00.000Z', { enterprise: true }, 'user'],
    ['2020-01-01T00:00:00.000Z', { variant: 'team' }, 'team'],
  ])('started %s with %j: %s', (startedAt, terms, variant) => {
    const { workspaces } = count({ '2026-03': [{ ...started, startedAt }] }, [open('2026-03', terms)]);
    expect(workspaces['w']!['2026-03']!.variant).toBe(variant);
  });
});

describe('prices', () => {
  const steps = [{ upTo: 5, unitPriceMinor: 1000 }, { upTo: 10, unitPriceMinor: 800 }, { unitPriceMinor: 500 }];
  const priced = (number: number, terms: Json) => march(teams(number), { variant: 'team', ...terms });
  const lines = (closing: Closing) => closing.lines.map(({ kind, quantity, netMinor }) => [kind, quantity, netMinor]);

  it('flat, less free units, with 19 % VAT', () => {
    const closing = priced(7, { unitPriceMinor: 999, freeUnits: 2 });
    expect(lines(closing)).toEqual([['license', '5', 4995]]);
    expect(closing.quantity).toBe('7');
    expect(closing.taxes).toEqual([{ category: 'S', rate: '19', netMinor: 4995, taxMinor: 949 }]); // 949.05
    expect(closing).toMatchObject({ netMinor: 4995, taxMinor: 949, grossMinor: 5944, outcome: 'invoice' });
  });

  it('graduated: each part at the price of its step', () => {
    expect(lines(priced(12, { tiers: { mode: 'graduated', steps } }))).toEqual([
      ['license', '5', 5000],
      ['license', '5', 4000],
      ['license', '2', 1000],
    ]);
  });

  it('volume: everything at the price of the step, its last unit included', () => {
    expect(lines(priced(10, { tiers: { mode: 'volume', steps } }))).toEqual([['license', '10', 8000]]);
    expect(lines(priced(11, { tiers: { mode: 'volume', steps } }))).toEqual([['license', '11', 5500]]);
  });

  it('minimum: the shortfall at the price of the further units', () => {
    expect(lines(priced(3, { minimumUnits: 8 }))).toEqual([
      ['license', '3', 3000],
      ['minimum', '5', 5000],
    ]);
    expect(lines(priced(4, { minimumUnits: 7, freeUnits: 1, tiers: { mode: 'graduated', steps } }))).toEqual([
      ['license', '3', 3000],
      ['minimum', '4', 3600], // 2 x 10.00 and 2 x 8.00
    ]);
    expect(lines(priced(6, { minimumUnits: 12, tiers: { mode: 'volume', steps } }))).toEqual([
      ['license', '6', 4800],
      ['minimum', '6', 4800],
    ]);
    expect(lines(priced(0, { minimumUnits: 2, tiers: { mode: 'volume', steps } }))).toEqual([['minimum', '2', 2000]]);
  });

  it('discount: on the sum of both, half-up away from zero, in its months only', () => {
    const discount = { percent: '12.50', firstMonth: '2026-02', lastMonth: '2026-03' };
    const closing = priced(2, { unitPriceMinor: 99, minimumUnits: 4, discount });
    expect(lines(closing)).toEqual([
      ['license', '2', 198],
      ['minimum', '2', 198],
      ['discount', '1', -50], // 49.5
    ]);
    expect(closing.netMinor).toBe(346);
    expect(closing.taxMinor).toBe(66); // 65.74
    expect(priced(2, { discount: { ...discount, lastMonth: '2026-02' } }).netMinor).toBe(2000);
    expect(priced(2, { discount: { ...discount, firstMonth: '2026-04' } }).netMinor).toBe(2000);
  });

  it('changed terms hold from their month on', () => {
    const { workspaces, contractRefusals } = count({ '2026-03': [started, ...teams(2)], '2026-05': [] }, [
      open('2026-03', { variant: 'team' }),
      action('2026-03', 'change', { effectiveFrom: '2026-04', unitPriceMinor: 1200 }),
      action('2026-05', 'change', { effectiveFrom: '2026-03', unitPriceMinor: 1 }),
    ]);
    const net = ['2026-03', '2026-04', '2026-05'].map((month) => workspaces['w']![month]!.netMinor);
    expect(net).toEqual([2000, 2400, 2400]);
    expect(contractRefusals).toEqual([{ chunk: '2026-05', line: 3, code: 'month-closed' }]);
  });
});

describe('tax', () => {
  it.each([
    [{ country: 'DE', vatId: 'DE123456788' }, 'S', '19', 190],
    [{ country: 'AT', vatId: 'ATU12345675' }, 'AE', '0', 0],
    [{ country: 'AT' }, 'S', '19', 190],
    [{ country: 'CH', vatId: 'CHE123' }, 'O', '0', 0],
  ])('%j: %s at %s %%', (buyer, category, rate, taxMinor) => {
    const closing = march(teams(1), { variant: 'team', billTo: { ...GERMAN, ...buyer } });
    expect(closing.taxes).toEqual([{ category, rate, netMinor: 1000, taxMinor }]);
  });

  it('16 % in the second half of 2020', () => {
    const long = teams(1, '2020-01-10T09:00:00.000Z');
    const { workspaces } = count({ '2020-06': [started, ...long], '2021-01': [] }, [
      open('2020-06', { variant: 'team' }),
    ]);
    const rates = Object.values(workspaces['w']!).map(({ taxes }) => taxes[0]!.rate);
    expect(rates).toEqual(['19', '16', '16', '16', '16', '16', '16', '19']);
  });
});

describe('late facts', () => {
  it('are billed with the next closing, taxed as their own month, and settled once', () => {
    const { workspaces, totals } = count(
      {
        '2026-02': [started, ...teams(2)],
        '2026-03': [team('late', '2026-02-11T09:00:00.000Z')],
        '2026-04': [archive('t01', '2026-02-20T09:00:00.000Z'), archive('t02', '2026-02-20T09:00:00.000Z')],
        '2026-05': [],
      },
      [
        open('2026-02', { variant: 'team' }),
        action('2026-03', 'billing-address', { billTo: { ...GERMAN, country: 'AT', vatId: 'ATU12345675' } }),
      ],
    );
    const months = workspaces['w']!;
    expect(months['2026-02']).toMatchObject({ netMinor: 2000, taxMinor: 380, outcome: 'invoice' });

    // March: three teams, reverse charge by now; one team more in February, with German VAT.
    expect(months['2026-03']!.lines).toEqual([
      { kind: 'license', month: '2026-03', quantity: '3', netMinor: 3000 },
      { kind: 'adjustment', month: '2026-02', quantity: '1', netMinor: 1000 },
    ]);
    expect(months['2026-03']!.taxes).toEqual([
      { category: 'AE', rate: '0', netMinor: 3000, taxMinor: 0 },
      { category: 'S', rate: '19', netMinor: 1000, taxMinor: 190 },
    ]);

    // April: one team is left; two were too many in February and in March.
    expect(months['2026-04']!.lines).toEqual([
      { kind: 'license', month: '2026-04', quantity: '1', netMinor: 1000 },
      { kind: 'adjustment', month: '2026-02', quantity: '-2', netMinor: -2000 },
      { kind: 'adjustment', month: '2026-03', quantity: '-2', netMinor: -2000 },
    ]);
    expect(months['2026-04']).toMatchObject({ netMinor: -3000, taxMinor: -380, grossMinor: -3380 });
    expect(months['2026-04']!.outcome).toBe('credit-note');
    expect(months['2026-05']!.lines).toEqual([{ kind: 'license', month: '2026-05', quantity: '1', netMinor: 1000 }]);
    expect(totals).toMatchObject({ months: 4, invoices: 3, creditNotes: 1, nothingToBill: 0 });
  });

  it('reach twelve months back, and no further', () => {
    const months = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'];
    const year = Object.fromEntries(months.map((month) => [`2025-${month}`, [] as Json[]]));
    const late = team('late', '2025-01-10T09:00:00.000Z');
    const { workspaces } = count({ ...year, '2025-01': [started], '2026-01': [], '2026-02': [late] }, [
      open('2025-01', { variant: 'team' }),
    ]);
    const adjusted = workspaces['w']!['2026-02']!.lines.filter(({ kind }) => kind === 'adjustment');
    expect(adjusted.map(({ month }) => month)).toEqual([...Object.keys(year).slice(1), '2026-01']);
  });

  it('close a month after the last one only where there is something to settle', () => {
    const { workspaces } = count(
      {
        '2026-02': [started, ...teams(1)],
        '2026-03': [],
        '2026-04': [team('late', '2026-02-11T09:00:00.000Z')],
        '2026-05': [],
      },
      [open('2026-02', { variant: 'team' }), action('2026-02', 'terminate', { lastMonth: '2026-02' })],
    );
    expect(Object.keys(workspaces['w']!)).toEqual(['2026-02', '2026-04']);
    expect(workspaces['w']!['2026-04']).toMatchObject({ units: 0, quantity: '0', netMinor: 1000, grossMinor: 1190 });
  });
});

describe('the outcome of commands', () => {
  const at = (day: number) => `2026-03-${String(day).padStart(2, '0')}T09:00:00.000Z`;
  const member = (type: string, memberId: string, day: number, more: Json = {}): Json => ({
    type,
    memberId,
    ...more,
    occurredAt: at(day),
  });

  it('refuses what cannot be', () => {
    const cases: [Json, string | null][] = [
      [{ ...team('A'), workspaceId: 'nowhere' }, 'unknown-workspace'],
      [{ ...started, name: 'Other' }, 'workspace-exists'],
      [team('A', at(2)), null],
      [{ ...team('A', at(2)), name: 'Other' }, 'team-exists'],
      [archive('Z', at(2)), 'unknown-team'],
      [archive('A', at(1)), 'out-of-order'],
      [restore('A', at(1)), 'out-of-order'], // although it would change nothing
      [add('M', at(3), ['A', 'Z']), 'unknown-team'],
      [member('RemoveMember', 'M', 3), 'unknown-member'], // all or nothing
      [add('M', at(3), ['A']), null],
      [member('AddMember', 'M', 3, { name: 'Other', email: 'M@example.org' }), 'member-exists'],
      [place('A', 'N', at(3)), 'unknown-member'],
      [place('Z', 'N', at(3)), 'unknown-team'],
      [team('B', at(4)), null],
      [archive('B', at(10)), null],
      [place('B', 'M', at(10)), 'team-archived'],
      [place('B', 'M', at(9)), null], // B was active then
      [remove('M', at(8)), 'out-of-order'], // placed on the 9th
      [member('UpdateMember', 'M', 8, { name: 'Emm' }), null], // no fact about the membership
      [remove('M', at(12)), null],
      [withdraw('A', 'M', at(11)), 'out-of-order'], // the removal is a fact about the membership
      [place('A', 'M', at(13)), 'member-removed'],
      [member('UpdateMember', 'M', 13, { name: 'M' }), 'member-removed'],
      [add('E', at(14)), null],
      [member('EraseMember', 'E', 15), null],
      [member('UpdateMember', 'E', 16, { name: 'E' }), 'member-erased'],
      [team('F', '2999-01-01T00:00:00.000Z'), 'occurred-in-future'],
      [{ ...team('K', at(5)), key: 'same' }, null],
      [{ ...team('L', at(5)), key: 'same' }, 'idempotency-key-reused'],
    ];
    const { refusals, commands } = count({ '2026-03': [started, ...cases.map(([command]) => command)] });
    const expected = cases.flatMap(([, code], index) => (code ? [{ chunk: '2026-03', line: index + 2, code }] : []));
    expect(refusals).toEqual(expected);
    expect(commands).toMatchObject({ accepted: 11, unchanged: 0 });
  });

  it('answers what is already so with unchanged', () => {
    const unchanged = [
      started,
      team('A', at(2)),
      restore('A', at(3)),
      add('M', at(5), ['A']),
      place('A', 'M', at(5)),
      withdraw('B', 'M', at(5)),
      member('UpdateMember', 'M', 5, { name: 'M' }),
      { type: 'RemoveInactiveMembers', occurredAt: at(6) },
    ];
    const base = [started, team('A', at(2)), team('B', at(2)), add('M', at(5), ['A'])];
    expect(count({ '2026-03': [...base, ...unchanged] }).commands).toEqual({
      accepted: 4,
      unchanged: 8,
      refused: {},
    });
  });

  it('gives a repeated command its first answer and no second effect', () => {
    const key = 'again';
    const list = [started, team('A', at(1)), { ...archive('A', at(2)), key }, restore('A', at(2))];
    const { commands, current } = count({ '2026-03': [...list, { ...archive('A', at(2)), key }] });
    expect(commands).toEqual({ accepted: 5, unchanged: 0, refused: {} });
    expect(current['w']!.teams).toEqual({ total: 1, active: 1, archived: 0 });
  });

  it('adds the missing placements of a member who is present', () => {
    const list = [started, team('A', at(1)), team('B', at(1)), add('M', at(2), ['A']), add('M', at(3), ['A', 'B'])];
    const { commands, workspaces } = count({ '2026-03': [...list, archive('A', at(4))] }, [
      open('2026-03', byUser('month-end')),
    ]);
    expect(commands.accepted).toBe(6);
    expect(workspaces['w']!['2026-03']!.unitIds).toEqual(['M']);
  });

  it('removes inactive members, but nobody with a later fact', () => {
    const list = [
      team('A', at(1)),
      team('B', at(1)),
      add('active', at(2), ['A', 'B']),
      add('idle', at(2), ['B']),
      add('later', at(2)),
      member('UpdateMember', 'later', 20, { name: 'Later' }),
      add('coming', at(15)),
      archive('B', at(5)),
      { type: 'RemoveInactiveMembers', occurredAt: at(10) },
    ];
    const { refusals, current } = count({
      '2026-03': [started, ...list, ...['active', 'idle', 'later', 'coming'].map((id) => place('A', id, at(21)))],
    });
    expect(refusals).toEqual([{ chunk: '2026-03', line: 12, code: 'member-removed' }]);
    expect(current['w']!.members).toEqual({ total: 3, active: 3, inactive: 0 });
  });
});
