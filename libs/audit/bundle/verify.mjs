// Proves one invoice from this folder alone: node verify.mjs
//
// It needs Node 20 or newer and nothing else: no network, no package, and none of the code that made
// the invoice. It ends with 0 only when every file is as it was written, every event follows from the
// one before it, and counting and pricing the facts again gives the invoice to the cent.
//
// Read it from the end: `main` says what is proved, in order. Amounts are whole minor units (cents) and
// quantities whole ten-thousandths, both BigInt: there is no floating point in any amount.

import { createDecipheriv, createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? dirname(fileURLToPath(import.meta.url));
const ONE = 10_000n;

class Fault extends Error {}

const must = (holds, what) => {
  if (holds === true) return;
  throw new Fault(what);
};

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const same = (a, b) => canonical(a) === canonical(b);

/** JSON in one spelling (RFC 8785): keys in order, no spaces. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
    .join(',')}}`;
}

// ---------------------------------------------------------------------------------------------------
// Files and events

/** Every file of the folder is listed in the manifest with its size and hash, and nothing else is there. */
function readBundle() {
  const manifestText = readFileSync(join(folder, 'manifest.json'), 'utf8');
  const manifest = JSON.parse(manifestText);
  must(manifestText === `${JSON.stringify(manifest, null, 2)}\n`, 'manifest.json is not as it was written');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'))
    .filter((name) => name !== 'manifest.json')
    .sort();
  must(
    same(Object.keys(manifest).sort(), ['files', 'format', 'invoice', 'rulesVersion']),
    'manifest.json has other properties',
  );
  must(manifest.format === 1 && manifest.rulesVersion === 1, 'this program proves bundles of format 1 by rules 1');
  const streams = new Map();
  const files = [];
  for (const name of names) {
    const bytes = readFileSync(join(folder, name));
    files.push({ name, bytes: bytes.length, sha256: sha256(bytes) });
    if (name.startsWith('events/')) streams.set(name.slice('events/'.length, -'.ndjson'.length), eventsIn(bytes));
  }
  for (const [index, file] of files.entries()) {
    must(same(file, manifest.files[index]), `${file.name} is not as it was written`);
  }
  must(files.length === manifest.files.length, 'a file is missing, or one was added');
  return { ...manifest, streams };
}

function eventsIn(bytes) {
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map((event) => ({ ...event, name: event.type.replace(/\.v\d+$/, ''), at: Date.parse(event.metadata.occurredAt) }));
}

/** Each event's hash covers its content and the hash before it; the first one's the stream's name. */
function proveChain(stream, events) {
  let before = stream;
  for (const [revision, event] of events.entries()) {
    must(event.stream === stream && event.revision === revision, `${stream}: event ${revision} is missing`);
    const { hash, ...metadata } = event.metadata;
    const expected = sha256(`${before}\n${canonical([event.type, event.data, metadata])}`);
    must(hash === expected, `${stream}@${revision} does not follow from the events before it`);
    before = hash;
  }
}

const UNKNOWN = '[disposed]';

/** Persons are stored encrypted; keys.json shows them, as far as their keys were not destroyed since. */
function decrypted(value, keys) {
  if (typeof value === 'object' && value !== null) {
    const inner = Object.entries(value).map(([name, part]) => [name, decrypted(part, keys)]);
    return Array.isArray(value) ? inner.map(([, part]) => part) : Object.fromEntries(inner);
  }
  const [, name, text] = /^((?:contract|year)\/.+)\.([\w-]{38,})$/.exec(value) ?? [];
  if (name === undefined || typeof value !== 'string') return value;
  if (keys[name] === undefined) return UNKNOWN;
  const bytes = Buffer.from(text, 'base64url');
  const cipher = createDecipheriv('aes-256-gcm', Buffer.from(keys[name], 'base64'), bytes.subarray(0, 12));
  cipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]).toString();
}

const sameBuyer = (a, b) =>
  Object.keys({ ...a, ...b }).every((part) => a[part] === b[part] || a[part] === UNKNOWN || b[part] === UNKNOWN);

// ---------------------------------------------------------------------------------------------------
// Time: months and days in a time zone

const formats = new Map();

/** How far local time is ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant, zone) {
  if (!formats.has(zone)) {
    const fields = 'year month day hour minute second'.split(' ').map((field) => [field, 'numeric']);
    const options = { timeZone: zone, hourCycle: 'h23', ...Object.fromEntries(fields) };
    formats.set(zone, new Intl.DateTimeFormat('en-US', options));
  }
  const parts = Object.fromEntries(
    formats
      .get(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const local = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return local - Math.floor(instant / 1000) * 1000;
}

/** The first instant of a local day; the first of two midnights, and where there is none, when it begins. */
function dayStart(year, month, day, zone) {
  const midnight = Date.UTC(year, month - 1, day);
  const offsets = [offsetAt(midnight - 86_400_000, zone), offsetAt(midnight + 86_400_000, zone)];
  const exact = offsets.map((offset) => midnight - offset).filter((at) => at + offsetAt(at, zone) === midnight);
  if (exact.length > 0) return Math.min(...exact);
  let early = midnight - Math.max(...offsets);
  let late = midnight - Math.min(...offsets);
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (middle + offsetAt(middle, zone) >= midnight) late = middle;
    else early = middle;
  }
  return late;
}

function calendar(month, zone) {
  const [year, ofYear] = month.split('-').map(Number);
  const length = new Date(Date.UTC(year, ofYear, 0)).getUTCDate();
  const end = dayStart(ofYear === 12 ? year + 1 : year, (ofYear % 12) + 1, 1, zone);
  const starts = new Set();
  for (let day = 1; day <= length; day += 1) starts.add(dayStart(year, ofYear, day, zone));
  const days = [...starts].filter((start) => start < end);
  return { start: days[0], end, days, lastDay: `${month}-${length}` };
}

function plusMonths(month, count) {
  const [year, ofYear] = month.split('-').map(Number);
  const sum = year * 12 + ofYear - 1 + count;
  return `${Math.floor(sum / 12)}-${String((sum % 12) + 1).padStart(2, '0')}`;
}

// ---------------------------------------------------------------------------------------------------
// Facts: when teams were active, members present, and placed in teams

class Line {
  parts = [];
  begin(at) {
    this.parts.push({ from: at, to: Infinity });
  }
  end(at) {
    const last = this.parts.at(-1);
    if (last.from === at) this.parts.pop();
    else last.to = at;
  }
  get isOpen() {
    return this.parts.at(-1)?.to === Infinity;
  }
}

function readFacts(events) {
  const teams = new Map();
  const members = new Map();
  for (const { name, data, at } of events) {
    const team = teams.get(data.teamId);
    const member = members.get(data.memberId);
    if (name === 'TeamCreated') teams.set(data.teamId, new Line());
    if (name === 'TeamCreated' || name === 'TeamRestored') teams.get(data.teamId).begin(at);
    if (name === 'TeamArchived') team.end(at);
    if (name === 'MemberAdded') {
      if (member === undefined) members.set(data.memberId, { present: new Line(), placed: new Map() });
      members.get(data.memberId).present.begin(at);
    }
    if (name === 'MemberPlaced') {
      if (!member.placed.has(data.teamId)) member.placed.set(data.teamId, new Line());
      member.placed.get(data.teamId).begin(at);
    }
    if (name === 'MemberWithdrawn') member.placed.get(data.teamId).end(at);
    if (name === 'MemberRemoved') {
      member.present.end(at);
      for (const placed of member.placed.values()) if (placed.isOpen) placed.end(at);
    }
  }
  return { teams, members, started: events.find(({ name }) => name === 'WorkspaceStarted')?.data };
}

const both = (some, others) =>
  some.flatMap((a) =>
    others
      .map((b) => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }))
      .filter(({ from, to }) => from < to),
  );

/** Every unit's intervals within the month: a team's, or a member's in any of their active teams. */
function activities({ teams, members }, variant, { start, end }) {
  const month = [{ from: start, to: end }];
  const units = new Map();
  if (variant === 'team') {
    for (const [id, active] of teams) units.set(id, both(active.parts, month));
    return units;
  }
  for (const [id, { present, placed }] of members) {
    const here = both(present.parts, month);
    const parts = [...placed].flatMap(([teamId, line]) => both(both(line.parts, here), teams.get(teamId).parts));
    units.set(id, joined(parts));
  }
  return units;
}

/** Intervals that touch or overlap are one. */
function joined(parts) {
  const whole = [];
  for (const part of parts.sort((a, b) => a.from - b.from)) {
    const last = whole.at(-1);
    if (last !== undefined && part.from <= last.to) last.to = Math.max(last.to, part.to);
    else whole.push({ ...part });
  }
  return whole;
}

const coversInstant = (parts, at) => parts.some(({ from, to }) => from <= at && at < to);

function peakOf(units) {
  const steps = [...units.values()].flat().flatMap(({ from, to }) => [
    [from, 1],
    [to, -1],
  ]);
  steps.sort(([a, by], [b, other]) => a - b || by - other);
  let now = 0;
  let most = 0;
  let peak;
  for (const [at, by] of steps) {
    now += by;
    if (now > most) [most, peak] = [now, at];
  }
  return peak;
}

/** The month's units with their quantities, by id. */
function countUnits(facts, month, { variant, countingRule, timeZone }) {
  const days = calendar(month, timeZone);
  const units = activities(facts, variant, days);
  const peak = countingRule === 'peak' ? peakOf(units) : undefined;
  const share = (parts) => {
    const active = days.days.filter((from, i) =>
      parts.some((part) => part.from < (days.days[i + 1] ?? days.end) && part.to > from),
    );
    const [count, of] = [BigInt(active.length), BigInt(days.days.length)];
    return (2n * count * ONE + of) / (2n * of);
  };
  const rules = {
    'any-time': (parts) => (parts.length > 0 ? ONE : 0n),
    'month-start': (parts) => (coversInstant(parts, days.start) ? ONE : 0n),
    'month-end': (parts) => (coversInstant(parts, days.end - 1) ? ONE : 0n),
    peak: (parts) => (peak !== undefined && coversInstant(parts, peak) ? ONE : 0n),
    'prorated-daily': share,
  };
  return [...units]
    .map(([id, parts]) => ({ id, quantity: rules[countingRule](parts) }))
    .filter(({ quantity }) => quantity > 0n)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

// ---------------------------------------------------------------------------------------------------
// Money: prices, discounts, tax

/** Half-up, away from zero. */
const divided = (amount, by) => (amount < 0n ? -divided(-amount, by) : (2n * amount + by) / (2n * by));
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0n);
const netOf = (lines) => sumOf(lines.map(({ netMinor }) => BigInt(netMinor)));

/** `"12.7097"` and ten-thousandths, both ways. */
function tenThousandths(text) {
  const [whole, fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole) * ONE + BigInt(fraction.padEnd(4, '0'));
  return text.startsWith('-') ? -value : value;
}
function decimal(value) {
  if (value < 0n) return `-${decimal(-value)}`;
  const fraction = String(value % ONE)
    .padStart(4, '0')
    .replace(/0+$/, '');
  return `${value / ONE}${fraction === '' ? '' : `.${fraction}`}`;
}

function stepReached({ steps }, quantity) {
  return steps.find(({ upTo }) => upTo === undefined || quantity <= BigInt(upTo) * ONE).unitPriceMinor;
}

/** The units from one quantity to another, by the price that holds for each. */
function partsByPrice(from, to, { tiers, unitPriceMinor }) {
  if (tiers === undefined) return [{ quantity: to - from, price: unitPriceMinor }];
  if (tiers.mode === 'volume') return [{ quantity: to - from, price: stepReached(tiers, to) }];
  const parts = [];
  let below = 0n;
  for (const { upTo, unitPriceMinor: price } of tiers.steps) {
    const top = upTo === undefined ? to : BigInt(upTo) * ONE;
    const quantity = (to < top ? to : top) - (from > below ? from : below);
    if (quantity > 0n) parts.push({ quantity, price });
    below = top;
  }
  return parts;
}

const amountOf = (parts) => divided(sumOf(parts.map(({ quantity, price }) => quantity * BigInt(price))), ONE);

/** A month's own lines: less the free units, by tiers; the shortfall to the minimum; the discount on both. */
function ownLines(month, counted, terms, buyer) {
  const { freeUnits = 0, minimumUnits = 0, discount, tiers } = terms;
  const tax = taxOf(month, buyer);
  const free = BigInt(freeUnits) * ONE;
  const minimum = BigInt(minimumUnits) * ONE;
  const billable = counted > free ? counted - free : 0n;
  const lines = [];
  if (billable > 0n) {
    for (const part of partsByPrice(0n, billable, terms)) {
      lines.push({
        kind: 'license',
        month,
        quantity: decimal(part.quantity),
        unitPriceMinor: part.price,
        netMinor: Number(amountOf([part])),
        tax,
      });
    }
  }
  if (billable < minimum) {
    const short = { quantity: minimum - billable };
    const parts =
      tiers?.mode === 'volume'
        ? [{ ...short, price: stepReached(tiers, billable) }]
        : partsByPrice(billable, minimum, terms);
    const price = parts.length === 1 ? { unitPriceMinor: parts[0].price } : {};
    lines.push({
      kind: 'minimum',
      month,
      quantity: decimal(short.quantity),
      ...price,
      netMinor: Number(amountOf(parts)),
      tax,
    });
  }
  const isDiscounted = discount !== undefined && month >= discount.firstMonth && month <= (discount.lastMonth ?? month);
  if (isDiscounted && lines.length > 0) {
    const off = divided(netOf(lines) * tenThousandths(discount.percent), 100n * ONE);
    if (off !== 0n)
      lines.push({ kind: 'discount', month, quantity: '1', percent: discount.percent, netMinor: Number(-off), tax });
  }
  return lines;
}

const EU = 'AT BE BG CY CZ DE DK EE ES FI FR GR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

const PART_OF = new Map(Object.entries({ MC: 'FR', IM: 'GB', XI: 'GB' }));
/** Postal codes of a state that lie outside the Union's VAT area. */
const OUTSIDE =
  /^(DE(78266|8238|27498)|ES(3[58]|5[12])\d{3}|IT(23041|22061|6911|4789\d|00120)|FI22\d{3}|GR6308[67]|FR(97[1-8]|98[678])\d\d|DK39\d\d|GB(GY|JE)\d.*)$/;

/** A German seller's tax on a month's supply; the month's last day decides. */
function taxOf(month, { country, postalCode, vatId, buyerKind }) {
  const { lastDay } = calendar(month, 'UTC');
  const state = PART_OF.get(country) ?? country;
  const code = postalCode
    .normalize('NFKC')
    .toUpperCase()
    .replace(/^\s*[A-Z]{1,3}-/, '')
    .replace(/[^0-9A-Z]/g, '');
  const inArea =
    EU.includes(state) || (state === 'GB' && lastDay <= '2020-12-31') || (state === 'HR' && lastDay >= '2013-07-01');
  const inEu = inArea && !OUTSIDE.test(country + code);
  if (!inEu) return { category: 'O', rate: '0' };
  if (state !== 'DE' && vatId !== undefined && buyerKind !== 'consumer') return { category: 'AE', rate: '0' };
  return { category: 'S', rate: lastDay >= '2020-07-01' && lastDay < '2021-01-01' ? '16' : '19' };
}

function totals(lines) {
  const groups = new Map();
  for (const { tax, netMinor } of lines) {
    const key = `${tax.category} ${tax.rate}`;
    groups.set(key, { ...tax, netMinor: (groups.get(key)?.netMinor ?? 0) + netMinor });
  }
  const taxes = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => ({
      ...group,
      taxMinor: Number(divided(BigInt(group.netMinor) * BigInt(group.rate), 100n)),
    }));
  const netMinor = taxes.reduce((sum, tax) => sum + tax.netMinor, 0);
  const taxMinor = taxes.reduce((sum, tax) => sum + tax.taxMinor, 0);
  return { taxes, netMinor, taxMinor, grossMinor: netMinor + taxMinor };
}

// ---------------------------------------------------------------------------------------------------
// The contract, the months closed before, and the bill

function readContract(events) {
  const opened = events.find(({ name }) => name === 'ContractOpened')?.data;
  must(opened !== undefined, 'there is no contract');
  const last = (name) => events.findLast((event) => event.name === name)?.data;
  return {
    opened,
    changes: events.filter(({ name }) => name === 'ContractTermsChanged').map(({ data }) => data),
    buyer: last('BillingAddressChanged')?.billTo ?? opened.billTo,
    lastMonth: last('ContractTerminated')?.lastMonth,
    lockedThrough: last('TermsLocked')?.month,
  };
}

function termsFor({ opened, changes }, month) {
  const terms = { ...opened.terms };
  const inForce = changes.filter(({ effectiveFrom }) => effectiveFrom <= month);
  inForce.sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : a.effectiveFrom > b.effectiveFrom ? 1 : 0));
  for (const { changes: changed } of inForce) {
    for (const [term, value] of Object.entries(changed)) {
      if (value === null) delete terms[term];
      else terms[term] = value;
    }
  }
  return terms;
}

const isBill = ({ name }) => name === 'MonthClosed' || name === 'MonthRebilled';

/** The workspace's bills as they stood after some events: each month as counted last, and every document. */
function readBills(events) {
  const months = new Map();
  const documents = [];
  const at = ({ month, billRevision, document }) =>
    documents.find((d) => d.month === month && d.billRevision === billRevision && d.document === document);
  for (const event of events) {
    const { data, revision } = event;
    if (isBill(event)) {
      const replaced = data.replaces && at({ month: data.month, ...data.replaces });
      if (replaced === undefined || replaced.isOwn) months.set(data.month, { bill: data, revision });
      for (const [document, content] of data.documents.entries()) {
        const isOwn = content.lines.some(({ kind }) => kind !== 'adjustment');
        documents.push({ month: data.month, billRevision: revision, document, isOwn, ...content });
      }
    }
    if (event.name === 'BillCancelled') at(data).cancelled = data;
  }
  const own = (month) => documents.find((d) => d.isOwn && d.billRevision === months.get(month)?.revision);
  return { months, documents, own, at };
}

/** Who tax takes a buyer for: what was supplied to another stands on a document of its own. */
const identityOf = (month, buyer) =>
  [buyer.country, buyer.vatId ?? '', buyer.buyerKind, taxOf(month, buyer).category === 'O' ? 'O' : ''].join('|');

/** What stands for a month on the documents that were not cancelled, by buyer and tax. */
function standingFor({ months, documents, own }, month) {
  const sums = new Map();
  const add = (buyer, tax, quantity, net) => {
    const key = `${identityOf(month, buyer)} ${canonical(tax)}`;
    const sum = sums.get(key) ?? { quantity: 0n, net: 0n };
    sums.set(key, { buyer, tax, quantity: sum.quantity + quantity, net: sum.net + net });
  };
  for (const { buyer, lines, cancelled } of documents) {
    if (cancelled !== undefined) continue;
    for (const line of lines.filter((one) => one.month === month)) {
      const quantity = line.kind === 'adjustment' ? tenThousandths(line.quantity) : 0n;
      add(buyer, line.tax, quantity, BigInt(line.netMinor));
    }
  }
  const closed = months.get(month);
  if (closed !== undefined && own(month)?.cancelled === undefined) {
    const { buyer, quantity } = closed.bill;
    add(buyer, taxOf(month, buyer), tenThousandths(quantity), 0n);
  }
  return sums;
}

/** One line for each way a month was taxed for which something else stands than is owed. */
function differences(month, owed, standing) {
  const key = owed && `${identityOf(month, owed.buyer)} ${canonical(owed.tax)}`;
  const pairs = [...standing].filter(([other]) => other !== key).map(([, billed]) => [undefined, billed]);
  if (owed !== undefined) pairs.unshift([owed, standing.get(key)]);
  return pairs.flatMap(([wanted, billed]) => {
    const { buyer, tax } = wanted ?? billed;
    const [quantity, net] = [wanted?.quantity ?? 0n, wanted?.net ?? 0n];
    const [before, paid] = [billed?.quantity ?? 0n, billed?.net ?? 0n];
    if (net === paid) return [];
    const difference = {
      owedQuantity: decimal(quantity),
      owedNetMinor: Number(net),
      billedQuantity: decimal(before),
      billedNetMinor: Number(paid),
    };
    const amounts = { quantity: decimal(quantity - before), difference, netMinor: Number(net - paid) };
    return [{ buyer, line: { kind: 'adjustment', month, ...amounts, tax } }];
  });
}

/** The closed months that a bill may adjust, oldest first. */
function adjustable({ months, documents, own }, month, adjustmentWindow) {
  const oldest = plusMonths(month, -adjustmentWindow);
  const older = new Map();
  for (const { month: billed, lines, cancelled } of documents) {
    if (billed < oldest) continue;
    for (const { kind, month: adjusted } of lines) {
      if (kind !== 'adjustment' || adjusted >= oldest) continue;
      older.set(adjusted, cancelled?.reissue === false || older.get(adjusted) === true);
    }
  }
  return [...months.values()]
    .filter(({ bill }) => {
      if (bill.month >= month || !bill.withinContract) return false;
      const cancelled = own(bill.month)?.cancelled;
      if (cancelled?.reissue === true) return false;
      if (bill.month >= oldest) return true;
      return cancelled === undefined ? older.get(bill.month) === true : older.has(bill.month);
    })
    .sort((a, b) => (a.bill.month < b.bill.month ? -1 : 1));
}

/** What late facts changed in closed months. */
function adjustments(facts, bills, month, withOwn, terms, adjustmentWindow) {
  const found = adjustable(bills, month, adjustmentWindow).flatMap(({ bill }) => {
    if (bills.own(bill.month)?.cancelled !== undefined) {
      return differences(bill.month, undefined, standingFor(bills, bill.month));
    }
    const quantity = sumOf(countUnits(facts, bill.month, bill.terms).map((unit) => unit.quantity));
    const net = netOf(ownLines(bill.month, quantity, bill.terms, bill.buyer));
    const owed = { quantity, net, tax: taxOf(bill.month, bill.buyer), buyer: bill.buyer };
    return differences(bill.month, owed, standingFor(bills, bill.month));
  });
  if (withOwn) found.push(...differences(month, undefined, standingFor(bills, month)));
  return found.map(({ buyer, line }) => {
    const variant = bills.months.get(line.month)?.bill.terms.variant;
    return { buyer, line: variant === undefined || variant === terms.variant ? line : { ...line, variant } };
  });
}

/** One document for each buyer, as tax takes them: the month's own first. */
function documentsOf(month, current, billed) {
  const own = identityOf(month, current);
  const groups = new Map();
  for (const { buyer, line } of billed) {
    const identity = identityOf(line.month, buyer);
    groups.set(identity, [...(groups.get(identity) ?? []), { buyer, line }]);
  }
  const ordered = [...groups].sort(([a], [b]) => Number(b === own) - Number(a === own));
  return ordered.map(([identity, group]) => {
    const isCurrent = group.every(({ line }) => identityOf(line.month, current) === identity);
    const [latest] = [...group].sort((a, b) => (a.line.month < b.line.month ? 1 : -1));
    const lines = group.map(({ line }) => line);
    return { buyer: isCurrent ? current : latest.buyer, lines, ...totals(lines) };
  });
}

/** Persons may be disposed of on either side. */
function sameDocument({ buyer, currency: _currency, ...amounts }, { buyer: other, ...derived }) {
  return sameBuyer(buyer, other) && same(amounts, derived);
}

/** Counts and prices the bill again, from the facts and the contract that it names and the bills before it. */
function proveBill(event, facts, contract, billEvents) {
  const bill = event.data;
  const { month, adjustmentWindowMonths: adjustmentWindow } = bill;
  const { firstMonth } = contract.opened;
  const agreed = termsFor(contract, month);
  const bills = readBills(billEvents.filter(({ revision }) => revision < event.revision));
  const isAgreed = month >= firstMonth && (contract.lastMonth === undefined || month <= contract.lastMonth);
  const billed = isAgreed && (bill.replaces === undefined || bills.at({ month, ...bill.replaces })?.isOwn === true);
  for (const term of TERMS) {
    must(
      same(bill.terms[term] ?? null, agreed[term] ?? null),
      `the closing used another ${term} than the contract says`,
    );
  }
  must(
    Number.isInteger(adjustmentWindow) && adjustmentWindow >= 0,
    'the closing does not say how many months it looked back',
  );
  const buyer = { ...contract.buyer, buyerKind: agreed.buyerKind };
  must(sameBuyer(bill.buyer, buyer), 'the closing names another buyer than the contract');
  must(bill.withinContract === billed, 'the closing takes the month for one that it is not');
  must(
    bill.workspaceName === facts.started.name && bill.currency === agreed.currency,
    'the closing names another workspace or currency',
  );

  const units = billed ? countUnits(facts, month, bill.terms) : [];
  const counted = sumOf(units.map(({ quantity }) => quantity));
  const list = units.map(({ id, quantity }) => `${id} ${decimal(quantity)}\n`).join('');
  must(
    bill.units === units.length && bill.quantity === decimal(counted),
    `the facts give ${units.length} units, ${decimal(counted)}; the closing has ${bill.units}, ${bill.quantity}`,
  );
  must(bill.unitsDigest === sha256(list), 'the closing counted other units than the facts give');

  const own = billed
    ? ownLines(month, counted, bill.terms, bill.buyer).map((line) => ({ line, buyer: bill.buyer }))
    : [];
  const later = adjustments(facts, bills, month, billed, bill.terms, adjustmentWindow);
  const documents = documentsOf(month, bill.buyer, [...own, ...later]);
  must(
    bill.documents.length === documents.length &&
      bill.documents.every((document, index) => sameDocument(document, documents[index])) &&
      ['netMinor', 'taxMinor', 'grossMinor'].every(
        (amount) => bill[amount] === documents.reduce((sum, document) => sum + document[amount], 0),
      ),
    `the lines of ${month} do not come to what the closing says`,
  );
  return units;
}

const pick = (object, names) => Object.fromEntries(names.map((name) => [name, object[name]]));
const TERMS = 'variant countingRule unitPriceMinor tiers freeUnits minimumUnits discount currency timeZone'.split(' ');
const SAID = 'currency taxes netMinor taxMinor grossMinor'.split(' ');
const plain = (line) => pick(line, 'kind month quantity unitPriceMinor percent netMinor tax'.split(' '));

/** The numbers have no gap up to this one, their dates never go back, and it is this invoice's. */
function proveNumber(numbers, { number, issueDate }, document) {
  let [date, last] = ['', 0];
  for (const { data } of numbers) {
    if (data.issueDate.slice(0, 4) !== date.slice(0, 4)) last = 0;
    last += 1;
    const ending = `-${data.issueDate.slice(0, 4)}-${String(last).padStart(6, '0')}`;
    must(data.sequence === last && data.number.endsWith(ending), `${data.number} is out of its series`);
    must(data.issueDate >= date, `the date of ${data.number} goes back`);
    date = data.issueDate;
  }
  const assigned = numbers.filter(({ data }) => data.number === number);
  must(assigned.length === 1 && same(assigned[0].data.document, document), `${number} was assigned to something else`);
  must(assigned[0].data.issueDate === issueDate, `${number} has another date than it was assigned at`);
}

const turned = (amount) => (amount === 0 ? 0 : -amount);

function proveCancellation(cancellation, original) {
  const lines = original.lines.map((line) => ({
    ...plain(line),
    quantity: decimal(-tenThousandths(line.quantity)),
    netMinor: turned(line.netMinor),
  }));
  const taxes = original.taxes.map((tax) => ({
    ...tax,
    netMinor: turned(tax.netMinor),
    taxMinor: turned(tax.taxMinor),
  }));
  must(cancellation.cancels === original.number, 'it cancels another invoice');
  must(
    same(cancellation.lines.map(plain), lines) && same(cancellation.taxes, taxes),
    'its lines are not those of the original, negated',
  );
  for (const amount of ['netMinor', 'taxMinor', 'grossMinor'])
    must(cancellation[amount] === turned(original[amount]), `its ${amount} is not the original's, negated`);
}

// ---------------------------------------------------------------------------------------------------

function main() {
  const { invoice: number, files, streams } = readBundle();
  say(`${files.length} files are as they were written`);
  const keys = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8'));
  for (const [stream, events] of streams) {
    proveChain(stream, events);
    for (const event of events) event.data = decrypted(event.data, keys);
  }
  say(`${[...streams.values()].flat().length} events in ${streams.size} streams follow from each other`);

  const eventsOf = (stream) => streams.get(stream) ?? [];
  const issued = (of) => {
    const [first] = eventsOf(`invoice-${of}`);
    must(first?.name === 'InvoiceIssued', `${of} was not issued`);
    must(first.data.number === of, `${of} says that it is ${first.data.number}`);
    return first.data;
  };
  const invoice = issued(number);
  const original = invoice.kind === 'cancellation' ? issued(invoice.cancels) : invoice;
  const numbersOf = (of) => eventsOf(of.replace(/^(.+)-\d{4}-\d+$/, 'numbers-$1'));
  const { workspaceId, month, billRevision, billDocument } = original;
  const ref = { month, billRevision, document: billDocument };
  proveNumber(numbersOf(original.number), original, { kind: 'bill', workspaceId, ...ref });

  const billEvents = eventsOf(`billing-${workspaceId}`);
  const event = billEvents[billRevision];
  must(event !== undefined && isBill(event), `there is no bill of ${month} that it could invoice`);
  const bill = event.data;
  const document = bill.documents[billDocument];
  must(document !== undefined && bill.month === month, `there is no such document of the bill of ${month}`);
  const facts = eventsOf(`workspace-${workspaceId}`);
  const agreed = eventsOf(`contract-${workspaceId}`);
  must(facts.length === bill.workspaceRevision + 1, 'the facts do not end where the closing saw them end');
  must(agreed.length === bill.contractRevision + 1, 'the contract does not end where the closing saw it end');
  const units = proveBill(event, readFacts(facts), readContract(agreed), billEvents);
  say(
    `${facts.length} facts and the contract give ${units.length} units, quantity ${bill.quantity}, and the bill of ${month} to the cent`,
  );

  must(sameBuyer(original.buyer, document.buyer), `${original.number} names another buyer than the bill`);
  must(same(pick(original, SAID), pick(document, SAID)), `${original.number} says something else than the bill`);
  must(same(original.lines.map(plain), document.lines.map(plain)), `${original.number} has other lines than the bill`);
  const isOfMonth = identityOf(month, document.buyer) === identityOf(month, bill.buyer);
  must(
    original.workspaceId === bill.workspaceId &&
      original.units === (isOfMonth ? bill.units : 0) &&
      original.unitsDigest === (isOfMonth ? bill.unitsDigest : sha256('')),
    `${original.number} bills other units than the bill`,
  );
  if (invoice !== original) {
    proveNumber(numbersOf(number), invoice, { kind: 'cancellation', cancels: original.number });
    proveCancellation(invoice, original);
  }
  say(
    `${number} is in its series without gap, and says what the bill says: ${invoice.grossMinor} ${invoice.currency} in minor units, gross`,
  );

  const rendered = eventsOf(`invoice-${number}`).filter(({ name }) => name === 'InvoiceRendered');
  const kept = new Set(files.filter(({ name }) => name.startsWith('documents/')).map((file) => file.sha256));
  for (const { data } of rendered) must(kept.has(data.sha256), `the document ${data.sha256} is missing`);
  say(
    `${rendered.length} document${rendered.length === 1 ? ' is the one that was' : 's are those that were'} recorded`,
  );
}

const say = (what) => console.log(`ok: ${what}`);

// Not proved until the end is reached.
process.exitCode = 1;
try {
  main();
  console.log('PROVED');
  process.exitCode = 0;
} catch (error) {
  console.error(`NOT PROVED: ${error instanceof Fault ? error.message : (error.stack ?? error)}`);
  process.exitCode ||= 2;
}
