import { readFileSync } from 'node:fs';
import path from 'node:path';

import { type BillingMonth, boundsOf, dayBoundsOf, monthOf } from './billing/billing-month';
import { RULES_VERSION } from './billing/close';
import { type MonthBill, type MonthLine } from './billing/events';
import { linesOf } from './billing/state';
import { type ContractCommand } from './contract/commands';
import { decideContract } from './contract/decide';
import { type ContractEvent, type TermsChange } from './contract/events';
import { evolveContract } from './contract/evolve';
import { type ContractState, contractWarnings } from './contract/state';
import { type BuyerKind, type CountingRule, deliveryOf, type LicenseVariant, type PriceTiers } from './contract/terms';
import { countMonth, digestOf } from './counting/count';
import { DomainError } from './domain-error';
import { describeLine } from './invoice/describe';
import { issueDateOf, issueInvoice, kindOf } from './invoice/issue';
import { invoiceNumber } from './invoice-numbers/decide';
import { exact, formatQuantity, parseQuantity, roundMinor } from './pricing/money';
import { priceMonth } from './pricing/price';
import { NO_EXCHANGE_RATES } from './tax/exchange-rates';
import { taxIdentityOf } from './tax/tax-identity';
import { vatTerritoryOf } from './tax/territories';
import { type TaxCategory, taxSubtotals, taxTreatmentOf } from './tax/vat';
import { isVatIdWellFormed } from './tax/vat-id';
import {
  berlin,
  ClosingBooks,
  contractOpened,
  encryptedDataOf,
  GERMAN_ADDRESS,
  memberAdded,
  memberPlaced,
  memberRemoved,
  memberWithdrawn,
  SELLER,
  started,
  teamArchived,
  teamCreated,
  teamRestored,
  termsWith,
  workspaceOf,
} from './testing/facts';
import { given, NOW } from './testing/given';
import { type WorkspaceCommand } from './workspace/commands';
import { type WorkspaceEvent } from './workspace/events';

/*
 * Runs the tables of docs/billing-rules.md. A table is known by its columns; under each set of
 * columns stands what makes a row true.
 */

const PAGE = readFileSync(path.join(__dirname, '../../docs/billing-rules.md'), 'utf8');

type Row = Readonly<Record<string, string>>;
interface Table {
  readonly heading: string;
  readonly columns: string;
  readonly rows: readonly Row[];
}

const cellsOf = (line: string): string[] =>
  line
    .trim()
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());

function tablesOf(page: string): Table[] {
  const tables: Table[] = [];
  let heading = '';
  const lines = page.split('\n');
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] ?? '';
    if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
    if (!line.startsWith('|')) continue;
    const columns = cellsOf(line);
    const rows: Row[] = [];
    for (i += 2; lines[i]?.startsWith('|'); i += 1) {
      const cells = cellsOf(lines[i]!);
      if (cells.length !== columns.length) throw new Error(`${heading}: ${lines[i]} has another number of cells`);
      rows.push(Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])));
    }
    tables.push({ heading, columns: columns.join(' | '), rows });
  }
  return tables;
}

/** The parts of a cell that lists something; none for `nothing` and `none`. */
const parts = (cell: string, separator = ';'): string[] =>
  ['', 'nothing', 'none'].includes(cell) ? [] : cell.split(separator).map((part) => part.trim());

/** Takes a text apart, or fails telling what was not understood. */
function read(text: string, pattern: RegExp): string[] {
  const found = pattern.exec(text);
  if (found === null) throw new Error(`not understood: "${text}"`);
  return found.slice(1).map((group) => group ?? '');
}

const cents = (amount: string): number => exact(amount).times(100).toNumber();
const euros = (amount: number): string => exact(amount).dividedBy(100).toFixed(2);
const timeOf = (text: string): number => (text.endsWith('Z') ? Date.parse(text) : berlin(text));

const FACTS: [RegExp, (a: string, time: number, b: string) => WorkspaceEvent][] = [
  [/^(\w+) created (?<time>.+)$/, (team, at) => teamCreated(team, at)],
  [/^(\w+) archived (?<time>.+)$/, (team, at) => teamArchived(team, at)],
  [/^(\w+) restored (?<time>.+)$/, (team, at) => teamRestored(team, at)],
  [/^(\w+) added (?<time>.+)$/, (member, at) => memberAdded(member, at)],
  [/^(\w+) removed (?<time>.+)$/, (member, at) => memberRemoved(member, at)],
  [/^(\w+) in (?<team>\w+) (?<time>.+)$/, (member, at, team) => memberPlaced(member, team, at)],
  [/^(\w+) out of (?<team>\w+) (?<time>.+)$/, (member, at, team) => memberWithdrawn(member, team, at)],
];

const factsOf = (cell: string): WorkspaceEvent[] =>
  parts(cell).map((text) => {
    for (const [pattern, make] of FACTS) {
      const found = pattern.exec(text);
      if (found !== null) return make(found[1]!, timeOf(found.groups?.['time'] ?? ''), found.groups?.['team'] ?? '');
    }
    throw new Error(`not understood: "${text}"`);
  });

function commandOf(text: string): WorkspaceCommand {
  const [what, time] = read(text, /^(.+) at (.+)$/) as [string, string];
  const occurredAt = timeOf(time);
  if (what === 'remove inactive members') return { type: 'RemoveInactiveMembers', occurredAt };
  const [verb, subject, , teamId] = read(what, /^(\w+) (\w+)( (?:in|from) (\w+))?$/) as [
    string,
    string,
    string,
    string,
  ];
  switch (verb) {
    case 'archive':
      return { type: 'ArchiveTeam', teamId: subject, occurredAt };
    case 'restore':
      return { type: 'RestoreTeam', teamId: subject, occurredAt };
    case 'add':
      return { type: 'AddMember', memberId: subject, ...encryptedDataOf(subject), occurredAt };
    case 'remove':
      return { type: 'RemoveMember', memberId: subject, occurredAt };
    case 'place':
      return { type: 'PlaceMember', memberId: subject, teamId, occurredAt };
    case 'withdraw':
      return { type: 'WithdrawMember', memberId: subject, teamId, occurredAt };
    default:
      throw new Error(`not understood: "${text}"`);
  }
}

/** `10.00`, or `graduated: up to 10 at 10.00, then 5.00`. */
function priceOf(text: string): { unitPriceMinor: number; tiers?: PriceTiers } {
  if (!text.includes(':')) return { unitPriceMinor: cents(text) };
  const [mode, steps] = read(text, /^(graduated|volume): (.+)$/) as ['graduated' | 'volume', string];
  return {
    unitPriceMinor: 0,
    tiers: {
      mode,
      steps: parts(steps, ',').map((step) => {
        const [upTo, price] = read(step, /^(?:up to (\d+) at|then) (\S+)$/) as [string, string];
        return { ...(upTo === '' ? {} : { upTo: Number(upTo) }), unitPriceMinor: cents(price) };
      }),
    },
  };
}

const RULES: Record<CountingRule, true> = {
  'month-end': true,
  'any-time': true,
  'month-start': true,
  'prorated-daily': true,
  peak: true,
};

const lineText = ({ kind, month, quantity, netMinor }: MonthLine): string =>
  `${kind} ${month}: ${quantity} = ${euros(netMinor)}`;

const outcomeOf = <Event>(decide: () => Event[]): Event[] | string => {
  try {
    return decide();
  } catch (error) {
    if (error instanceof DomainError) return `refused: ${error.code}`;
    throw error;
  }
};

/** Runs a table whose rows stand each for itself. */
const each =
  (check: (row: Row, histories: ReadonlyMap<string, readonly WorkspaceEvent[]>) => void) =>
  (rows: readonly Row[]): void => {
    for (const row of rows) {
      try {
        check(row, histories);
      } catch (error) {
        throw new Error(`| ${Object.values(row).join(' | ')} |\n${(error as Error).message}`, { cause: error });
      }
    }
  };

const tables = tablesOf(PAGE);
const histories = new Map(
  tables
    .filter(({ columns }) => columns === 'history | facts')
    .flatMap(({ rows }) => rows.map((row) => [row['history']!, factsOf(row['facts']!)] as const)),
);

const CHECKS: Readonly<Record<string, (rows: readonly Row[]) => void>> = {
  'month | zone | begins | ends | hours | days': each((row) => {
    const { start, end } = boundsOf(row['month']!, row['zone']!);
    expect([start, end]).toEqual([timeOf(row['begins']!), timeOf(row['ends']!)]);
    expect(String((end - start) / 3_600_000)).toBe(row['hours']);
    expect(String(dayBoundsOf(row['month']!, row['zone']!).length - 1)).toBe(row['days']);
  }),

  'instant | zone | month': each((row) => {
    expect(monthOf(timeOf(row['instant']!), row['zone']!)).toBe(row['month']);
  }),

  'started | zone | enterprise | variant | counting rule | delivery': each((row) => {
    const [opened] = decideContract(
      {
        type: 'OpenContract',
        workspaceId: 'W',
        workspaceStartedAt: timeOf(row['started']!),
        enterprise: row['enterprise'] === 'yes',
        terms: {
          unitPriceMinor: 1000,
          currency: 'EUR',
          timeZone: row['zone']!,
          invoiceMailboxes: { to: ['rechnung@example.com'], cc: [] },
        },
        firstMonth: '2026-01',
        billTo: GERMAN_ADDRESS,
      },
      undefined,
      NOW,
    );
    if (opened?.type !== 'ContractOpened') throw new Error('no contract was opened');
    const { terms } = opened.data;
    expect([terms.variant, terms.countingRule]).toEqual([row['variant'], row['counting rule']]);
    expect(deliveryOf(terms).join(', ')).toBe(row['delivery']);
  }),

  'counting rule | a unit is billed when | quantity': (rows) => {
    expect(rows.map((row) => row['counting rule'])).toEqual(Object.keys(RULES));
  },

  'history | facts': (rows) => {
    const used = tables.flatMap((table) => (table.columns.startsWith('history | month') ? table.rows : []));
    for (const row of rows) expect(used.map(({ history }) => history)).toContain(row['history']);
  },

  'history | month | variant | counting rule | billed': each((row, known) => {
    const facts = known.get(row['history']!);
    if (facts === undefined) throw new Error('there is no such history');
    const { units } = countMonth(workspaceOf([started(), ...facts]), row['month']!, {
      variant: row['variant'] as LicenseVariant,
      countingRule: row['counting rule'] as CountingRule,
      timeZone: 'Europe/Berlin',
    });
    const billed = units.map(({ unitId, quantity }) =>
      quantity === 10_000 ? unitId : `${unitId} ${formatQuantity(quantity)}`,
    );
    expect(billed).toEqual(parts(row['billed']!, ','));
  }),

  'units | digest': each((row) => {
    const units = parts(row['units']!).map((unit) => {
      const [unitId, quantity] = read(unit, /^(\w+) (\S+)$/) as [string, string];
      return { unitId, quantity: parseQuantity(quantity) };
    });
    expect(digestOf(units)).toBe(row['digest']);
  }),

  'recorded | command | outcome': each((row) => {
    const expectation = given([started(), ...factsOf(row['recorded']!)]).when(commandOf(row['command']!), { now: NOW });
    const outcome = row['outcome']!;
    if (outcome.startsWith('refused: ')) expectation.thenRefused(outcome.slice('refused: '.length));
    else expectation.then(...factsOf(outcome));
  }),

  'counted | price | free | minimum | discount | lines | net': each((row) => {
    const [percent] = row['discount'] === '' ? [] : read(row['discount']!, /^(\S+) %$/);
    const lines = priceMonth('2026-03', parseQuantity(row['counted']!), {
      ...priceOf(row['price']!),
      freeUnits: Number(row['free']),
      minimumUnits: Number(row['minimum']),
      ...(percent === undefined ? {} : { discount: { percent, firstMonth: '2026-03' } }),
    });
    const texts = lines.map((line) => `${line.kind} ${formatQuantity(line.quantity)} = ${euros(line.netMinor)}`);
    expect(texts).toEqual(parts(row['lines']!));
    expect(euros(lines.reduce((sum, { netMinor }) => sum + netMinor, 0))).toBe(row['net']);
  }),

  'cents | rounded': each((row) => {
    expect(roundMinor(exact(row['cents']!))).toBe(Number(row['rounded']));
  }),

  'month | buyer | kind | VAT id | category | rate': each((row) => {
    const vatId = row['VAT id'] === '' ? {} : { vatId: row['VAT id']! };
    const [country = '', postalCode = ''] = row['buyer']!.split(/ (.*)/);
    const buyerKind = row['kind'] as BuyerKind;
    const treatment = taxTreatmentOf(row['month']!, { country, postalCode, buyerKind, ...vatId });
    expect(treatment).toEqual({ category: row['category'], rate: row['rate'] });
  }),

  'buyer | kind | VAT id | contract': each((row) => {
    const [country = '', postalCode = ''] = row['buyer']!.split(/ (.*)/);
    const vatId = row['VAT id'] === '' ? {} : { vatId: row['VAT id']! };
    const command: ContractCommand = {
      type: 'OpenContract',
      workspaceId: 'W',
      workspaceStartedAt: NOW,
      terms: { unitPriceMinor: 1000, currency: 'EUR', buyerKind: row['kind'] as BuyerKind },
      firstMonth: '2026-03',
      billTo: { ...GERMAN_ADDRESS, country, postalCode, ...vatId },
    };
    const outcome = outcomeOf(() => decideContract(command, undefined, NOW));
    const warningsOf = (events: ContractEvent[]) =>
      contractWarnings(events.reduce<ContractState>(evolveContract, undefined)!).map(({ code }) => code);
    expect(typeof outcome === 'string' ? outcome : ['opened', ...warningsOf(outcome)].join(', ')).toBe(row['contract']);
  }),

  'country | postal code | day | territory | in the VAT area': each((row) => {
    const place = { country: row['country']!, postalCode: row['postal code']! };
    const { code, isInEu } = vatTerritoryOf(place, row['day']!);
    expect([code, isInEu ? 'yes' : 'no']).toEqual([row['territory'], row['in the VAT area']]);
  }),

  'VAT id | well formed': each((row) => {
    expect(isVatIdWellFormed(row['VAT id']!) ? 'yes' : 'no').toBe(row['well formed']);
  }),

  'month | buyer | then in | then | same document': each((row) => {
    const identityIn = (month: string, text: string) => {
      const [place = '', vatId = ''] = text.split(' with ');
      const [country = '', postalCode = ''] = place.split(/ (.*)/);
      return taxIdentityOf(month, {
        ...{ country, postalCode, buyerKind: 'business' },
        ...(vatId === '' ? {} : { vatId }),
      });
    };
    const isSame = identityIn(row['month']!, row['buyer']!) === identityIn(row['then in']!, row['then']!);
    expect(isSame ? 'yes' : 'no').toBe(row['same document']);
  }),

  'lines | taxes': each((row) => {
    const lines = parts(row['lines']!).map((line) => {
      const [net, category, rate] = read(line, /^(\S+) at (S|AE|O) (\d+)$/) as [string, TaxCategory, string];
      return { netMinor: cents(net), tax: { category, rate } };
    });
    const taxes = taxSubtotals(lines).map(
      ({ category, rate, netMinor, taxMinor }) => `${category} ${rate}: ${euros(taxMinor)} on ${euros(netMinor)}`,
    );
    expect(taxes).toEqual(parts(row['taxes']!));
  }),

  'step | facts | lines | document': (rows) => {
    const books = new ClosingBooks();
    const facts: WorkspaceEvent[] = [started()];
    each((row) => {
      facts.push(...factsOf(row['facts']!));
      const workspace = workspaceOf(facts);
      const [what, month, then] = read(row['step']!, /^(\w+) (\d{4}-\d{2})(.*)$/) as [string, BillingMonth, string];
      if (what === 'cancel') {
        books.cancel(month, read(then, /^(|, to be issued again)$/)[0] !== '');
        return;
      }
      const bills: Record<string, () => MonthBill> = {
        close: () => books.close(month, workspace),
        settle: () => {
          const settled = books.bill(month, workspace, { billed: false });
          return settled.documents.length === 0 ? settled : books.close(month, workspace, { billed: false });
        },
        preview: () => books.bill(month, workspace),
        bill: () => books.rebill(month, workspace),
      };
      const bill = bills[what]?.();
      if (bill === undefined) throw new Error(`not understood: "${row['step']}"`);
      expect(then).toBe(what === 'bill' ? ' again' : '');
      expect(linesOf(bill).map(lineText)).toEqual(parts(row['lines']!));
      const documents = bill.documents.map(
        (document) => `${kindOf(document).replace('-', ' ')} of ${euros(document.grossMinor)}`,
      );
      expect(documents.join('; ') || 'none').toBe(row['document']);
    })(rows);
  },

  'closed through | change | from | outcome': each((row) => {
    const closed = row['closed through']!;
    const history: ContractEvent[] = [contractOpened()];
    if (closed !== '') history.push({ type: 'TermsLocked', data: { month: closed }, occurredAt: NOW });
    const contract = history.reduce<ContractState>(evolveContract, undefined);
    const [term, value] = read(row['change']!, /^(price|currency|zone) (.+)$/) as [
      'price' | 'currency' | 'zone',
      string,
    ];
    const changes: TermsChange = {
      price: { unitPriceMinor: term === 'price' ? cents(value) : 0 },
      currency: { currency: value },
      zone: { timeZone: value },
    }[term];
    const outcome = outcomeOf(() =>
      decideContract({ type: 'ChangeTerms', effectiveFrom: row['from']!, changes }, contract, NOW),
    );
    const text = typeof outcome === 'string' ? outcome : outcome.length === 0 ? 'nothing' : 'changed';
    expect(text).toBe(row['outcome']);
  }),

  'issued at | place in the series | term | issue date | number | due': each((row) => {
    const issueDate = issueDateOf(timeOf(row['issued at']!));
    expect(issueDate).toBe(row['issue date']);
    const number = invoiceNumber('RE', issueDate, Number(row['place in the series']));
    expect(number).toBe(row['number']);
    const terms = termsWith({ paymentTermDays: Number(row['term']) });
    const books = new ClosingBooks();
    books.close('2026-03', workspaceOf([started(), teamCreated('A', '2026-01-01 00:00')]), { terms });
    const [document] = books.standing('2026-03');
    expect(
      issueInvoice({
        document: document!,
        number,
        issueDate,
        seller: SELLER,
        corrects: [],
        exchangeRates: NO_EXCHANGE_RATES,
      }).dueDate,
    ).toBe(row['due']);
  }),

  'line | German | English': each((row) => {
    const [variant, kind, month, percent, net] = read(
      row['line']!,
      /^(?:(team|user) )?(license|minimum|discount|adjustment) (?:(\d{4}-\d{2})|(\S+) %)(?: of (\S+))?$/,
    ) as [LicenseVariant, MonthLine['kind'], BillingMonth, string, string];
    const line = { kind, month, netMinor: net === '' ? 1 : cents(net), percent };
    expect(describeLine(line, { variant }, 'de')).toBe(row['German']);
    expect(describeLine(line, { variant }, 'en')).toBe(row['English']);
  }),
};

describe('docs/billing-rules.md', () => {
  it('is of the version of the rules that the software has', () => {
    expect(read(PAGE, /rulesVersion (\d+)/)).toEqual([String(RULES_VERSION)]);
  });

  it.each(tables.map((table) => [`${table.heading}: | ${table.columns} |`, table] as const))('%s', (_name, table) => {
    const check = CHECKS[table.columns];
    if (check === undefined) throw new Error(`no test knows a table with these columns: ${table.columns}`);
    expect(table.rows.length).toBeGreaterThan(0);
    check(table.rows);
  });

  it('has an example for every kind of table', () => {
    expect(new Set(tables.map(({ columns }) => columns))).toEqual(new Set(Object.keys(CHECKS)));
  });
});
