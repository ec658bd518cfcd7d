import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { type Anchor, type Failure, takeAnchor, verify, type VerifyScope } from '@seatledger/audit';
import { openDocumentFolder } from '@seatledger/blob-store';
import { chainHash, chainStart, eventId, type EventMetadata } from '@seatledger/event-store';
import { openDatabase } from '@seatledger/sqlite';

import { BooksOnDisk, BUYER, writeSampleBooks } from './books-on-disk';
import { openHistory } from './open-history';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'audit-'));
  const books = await writeSampleBooks(folder);
  await books.stop();
});
afterAll(() => rmSync(folder, { recursive: true }));

const NOW = Date.parse('2026-07-01T00:00:00Z');

async function verified(
  dataDir: string,
  scope: VerifyScope = {},
  anchors: readonly Anchor[] = [],
  options: Parameters<typeof openHistory>[1] = {},
) {
  const history = await openHistory(dataDir, options);
  const documents = await openDocumentFolder({ folder: path.join(dataDir, 'documents') });
  try {
    const failures: Failure[] = [];
    const steps = verify({ history, documents, embedded: history, now: NOW, anchors }, scope);
    for (;;) {
      const step = await steps.next();
      if (step.done === true) return { failures, checked: step.value };
      if (step.value.kind === 'failure') failures.push(step.value.failure);
    }
  } finally {
    await history.close();
  }
}

it('finds nothing wrong in what the service wrote', async () => {
  const { failures, checked } = await verified(folder);
  expect(failures).toEqual([]);
  expect(checked).toMatchObject({ workspaces: 2, closings: 11, numbers: 12, invoices: 12, documents: 22 });
});

it('finds nothing wrong either once all keys of personal data are destroyed', async () => {
  const { failures, checked } = await verified(folder, {}, [], { disposed: true });
  expect(failures).toEqual([]);
  expect(checked).toMatchObject({ closings: 11, numbers: 12, invoices: 12, documents: 22 });
});

/** A copy of the books that was tampered with. */
async function tampered(tamper: (folder: string) => void, books = folder): Promise<Failure[]> {
  const copy = mkdtempSync(path.join(tmpdir(), 'audit-copy-'));
  try {
    cpSync(books, copy, { recursive: true });
    tamper(copy);
    return (await verified(copy)).failures;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

const sql = (statements: string) => (copy: string) => {
  const database = openDatabase(path.join(copy, 'events.db'));
  database.exec(statements);
  database.close();
};

const AT = (stream: string, revision: number) => `stream = '${stream}' AND revision = ${revision}`;
const set = (column: 'data' | 'metadata', at: string, from: string, to: string) =>
  sql(`UPDATE events SET ${column} = replace(${column}, '${from}', '${to}') WHERE ${at}`);

const FEBRUARY = 'RE-2026-000003';

describe.each<[string, (copy: string) => void, Failure['check'], string | RegExp]>([
  ['an event says another thing', set('data', AT('workspace-acme', 1), 'red', 'rod'), 'chain', 'workspace-acme@1'],
  [
    'an event is of another type',
    sql(`UPDATE events SET type = 'TeamArchived.v1' WHERE ${AT('workspace-acme', 2)}`),
    'chain',
    'workspace-acme@2',
  ],
  [
    'a fact has another time',
    set('metadata', AT('workspace-acme', 3), '2026-01-20', '2026-01-21'),
    'chain',
    'workspace-acme@3',
  ],
  [
    'an event has another sender',
    set('metadata', AT('contract-acme', 0), 'accounting-key', 'accounting-kez'),
    'chain',
    'contract-acme@0',
  ],
  [
    'an event has another hash',
    sql(
      `UPDATE events SET metadata = json_set(metadata, '$.hash', '${'0'.repeat(64)}') WHERE ${AT('billing-acme', 0)}`,
    ),
    'chain',
    'billing-acme@0',
  ],
  [
    'an event has another id',
    sql(`UPDATE events SET id = 'x' || substr(id, 2) WHERE ${AT('workspace-beta', 4)}`),
    'event',
    'workspace-beta@4',
  ],
  [
    'an event is no JSON any more',
    sql(`UPDATE events SET data = substr(data, 2) WHERE ${AT('workspace-beta', 4)}`),
    'event',
    'workspace-beta@4',
  ],
  [
    'an event is no UTF-8 any more',
    sql(`UPDATE events SET data = CAST(x'7bff7d' AS TEXT) WHERE ${AT('workspace-beta', 4)}`),
    'event',
    'workspace-beta@4',
  ],
  [
    'the name of a stream is no UTF-8 any more',
    sql(`UPDATE events SET stream = CAST(x'776f726b737061ff' AS TEXT) WHERE ${AT('workspace-beta', 9)}`),
    'event',
    /^workspa.*@9$/,
  ],
  [
    'an event is in another stream',
    sql(`UPDATE events SET stream = 'workspace-gamma' WHERE ${AT('workspace-beta', 9)}`),
    'chain',
    'workspace-gamma@9',
  ],
  [
    'two events of a stream changed places',
    sql(
      `UPDATE events SET revision = 90 WHERE ${AT('workspace-acme', 1)}; UPDATE events SET revision = 1 WHERE ${AT('workspace-acme', 2)}; UPDATE events SET revision = 2 WHERE ${AT('workspace-acme', 90)}`,
    ),
    'chain',
    'workspace-acme@2',
  ],
  [
    'an event in the middle is gone',
    sql(`DELETE FROM events WHERE ${AT('workspace-acme', 2)}`),
    'chain',
    'workspace-acme@3',
  ],
  [
    'the last event of the facts is gone',
    sql(
      `DELETE FROM events WHERE stream = 'workspace-acme' AND revision = (SELECT max(revision) FROM events WHERE stream = 'workspace-acme')`,
    ),
    'closing',
    'billing-acme@6',
  ],
  [
    'the last event of a contract is gone',
    sql(
      `DELETE FROM events WHERE stream = 'contract-beta' AND revision = (SELECT max(revision) FROM events WHERE stream = 'contract-beta')`,
    ),
    'closing',
    'billing-beta@4',
  ],
  ['a closing is gone', sql(`DELETE FROM events WHERE ${AT('billing-beta', 2)}`), 'chain', 'billing-beta@3'],
  ['the last closing is gone', sql(`DELETE FROM events WHERE ${AT('billing-beta', 4)}`), 'closing', 'billing-beta@4'],
  [
    'an invoice is gone',
    sql(`DELETE FROM events WHERE stream = 'invoice-RE-2026-000004'`),
    'invoice',
    'invoice-RE-2026-000004@0',
  ],
  [
    'the last delivery is gone',
    sql(`DELETE FROM events WHERE stream = 'invoice-RE-2026-000004' AND type = 'InvoiceSent.v1'`),
    'order',
    /^position \d+$/,
  ],
  [
    'the last event of all is gone',
    sql('DELETE FROM events WHERE position = (SELECT max(position) FROM events)'),
    'order',
    /^position \d+$/,
  ],
  [
    'the last number is gone',
    sql(
      `DELETE FROM events WHERE stream = 'numbers-RE' AND revision = (SELECT max(revision) FROM events WHERE stream = 'numbers-RE')`,
    ),
    'number',
    'invoice-RE-2026-000012@0',
  ],
  [
    'a cancellation is gone',
    sql(`DELETE FROM events WHERE stream = 'invoice-${FEBRUARY}' AND type = 'InvoiceCancelled.v1'`),
    'cancellation',
    'billing-acme@3',
  ],
])('a tampered store: %s', (_, tamper, check, concerns) => {
  it('is named', async () => {
    const failures = await tampered(tamper);
    expect(failures).toContainEqual(
      expect.objectContaining({
        check,
        concerns: typeof concerns === 'string' ? concerns : (expect.stringMatching(concerns) as unknown),
      }),
    );
  });
});

type Values = { [name: string]: unknown };

function put(values: Values, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) values[name] = value;
  else put(values[name] as Values, rest, value);
}

/**
 * A forger who knows the chain: changes an event and makes all hashes and ids of its stream again. What is
 * encrypted can only be taken from elsewhere in the stream.
 */
const forged = (stream: string, revision: number, place: string, value: unknown) =>
  forgedFrom(stream, revision, place, () => value);

const forgedFrom =
  (stream: string, revision: number, place: string, from: (seen: Values[]) => unknown) => (copy: string) => {
    const database = openDatabase(path.join(copy, 'events.db'));
    let hash = chainStart(stream);
    const seen: Values[] = [];
    const rows = database
      .prepare('SELECT revision, type, data, metadata FROM events WHERE stream = ? ORDER BY revision')
      .all([stream]);
    for (const [at, type, dataText, metadataText] of rows) {
      const data = JSON.parse(String(dataText)) as Values;
      const { hash: _hash, ...metadata } = JSON.parse(String(metadataText)) as EventMetadata;
      seen.push(data);
      if (at === revision) put(data, place.split('.'), from(seen));
      hash = chainHash(hash, String(type), data, metadata);
      const id = eventId(metadata.$causationId, 0, hash);
      database
        .prepare('UPDATE events SET data = ?, metadata = ?, id = ? WHERE stream = ? AND revision = ?')
        .run([JSON.stringify(data), JSON.stringify({ ...metadata, hash }), id, stream, Number(at)]);
    }
    database.close();
  };

describe.each<[string, (copy: string) => void, Failure['check'], string, RegExp]>([
  [
    "a closing's total",
    forged('billing-acme', 0, 'grossMinor', 1),
    'closing',
    'billing-acme@0',
    /^grossMinor is recorded as 1, but comes to 11662$/,
  ],
  [
    "a closing's digest",
    forged('billing-acme', 0, 'unitsDigest', '0'.repeat(64)),
    'closing',
    'billing-acme@0',
    /^unitsDigest/,
  ],
  [
    "a closing's adjustment",
    forged('billing-acme', 2, 'documents.0.lines.1.netMinor', 4800),
    'closing',
    'billing-acme@2',
    /documents\[0\].lines\[1\].netMinor is recorded as 4800/,
  ],
  [
    'the terms that a closing used',
    forged('billing-acme', 0, 'terms.unitPriceMinor', 4800),
    'closing',
    'billing-acme@0',
    /^terms/,
  ],
  [
    'how far a closing looked back',
    forged('billing-acme', 2, 'adjustmentWindowMonths', 1),
    'closing',
    'billing-acme@2',
    /^documents/,
  ],
  ['a fact', forged('workspace-acme', 2, 'teamId', 'brown'), 'event', 'workspace-acme@4', /never created/],
  [
    'the price in the contract',
    forged('contract-acme', 0, 'terms.unitPriceMinor', 4800),
    'closing',
    'billing-acme@0',
    /terms is recorded as/,
  ],
  [
    "an invoice's gross",
    forged('invoice-RE-2026-000004', 0, 'grossMinor', 1),
    'invoice',
    'invoice-RE-2026-000004@0',
    /^grossMinor is recorded as 1/,
  ],
  [
    "a cancellation's amount",
    forged('invoice-RE-2026-000007', 0, 'netMinor', -1),
    'cancellation',
    'invoice-RE-2026-000007@0',
    /^netMinor is recorded as -1/,
  ],
  [
    'a number',
    forged('numbers-RE', 4, 'number', 'RE-2026-000099'),
    'number',
    'numbers-RE@4',
    /is where RE-2026-000005 belongs/,
  ],
  ['the date of a number', forged('numbers-RE', 4, 'issueDate', '2026-01-31'), 'number', 'numbers-RE@4', /lies before/],
  [
    'what a number is for',
    forged('numbers-RE', 4, 'document', {
      kind: 'bill',
      workspaceId: 'acme',
      month: '2026-02',
      billRevision: 1,
      document: 0,
    }),
    'number',
    'numbers-RE@4',
    /has a number already/,
  ],
  [
    'the hash of a document',
    forged('invoice-RE-2026-000004', 1, 'sha256', '0'.repeat(64)),
    'document',
    '0'.repeat(64),
    /there is no document/,
  ],
  [
    'the recipient of a mail',
    forgedFrom('invoice-RE-2026-000004', 3, 'recipient', ([issued]) => (issued!['buyer'] as Values)['name']),
    'delivery',
    'invoice-RE-2026-000004@3',
    /another recipient/,
  ],
])('a store tampered with by one who knows the chain: %s', (_, tamper, check, concerns, detail) => {
  it('is named', async () => {
    const failures = await tampered(tamper);
    expect(failures.filter((failure) => failure.check === 'chain')).toEqual([]);
    expect(failures).toContainEqual(
      expect.objectContaining({ check, concerns, detail: expect.stringMatching(detail) as unknown }),
    );
  });
});

describe('an invoice that only settles earlier months', () => {
  const settling = mkdtempSync(path.join(tmpdir(), 'audit-'));
  const issuedBy = (writer: number) => (copy: string) => {
    forged('invoice-RE-2026-000002', 0, 'servicePeriod', { from: '2026-02-01', to: '2026-02-28' })(copy);
    forged('invoice-RE-2026-000002', 0, 'eInvoice', { writer, passed: [] })(copy);
  };
  beforeAll(async () => {
    const books = await BooksOnDisk.open(settling);
    const startedAt = Date.parse('2026-01-01T08:00:00Z');
    await books.fact('acme', { type: 'StartWorkspace', workspaceId: 'acme', name: 'acme AG', startedAt });
    await books.fact('acme', { type: 'CreateTeam', teamId: 'red', name: 'red' });
    const contract = { workspaceId: 'acme', workspaceStartedAt: startedAt, firstMonth: '2026-01', billTo: BUYER };
    const terms = { unitPriceMinor: 4900, currency: 'EUR' };
    await books.contract('acme', { type: 'OpenContract', ...contract, terms });
    await books.contract('acme', { type: 'TerminateContract', lastMonth: '2026-01' });
    await books.at('2026-02-01T03:00:00Z').close('acme', '2026-01');
    await books.fact('acme', { type: 'CreateTeam', teamId: 'blue', name: 'blue', occurredAt: '2026-01-20T08:00:00Z' });
    await books.at('2026-03-01T03:00:00Z').close('acme', '2026-02');
    await books.stop();
  });
  afterAll(() => rmSync(settling, { recursive: true }));

  it('is of their period', async () => expect((await verified(settling)).failures).toEqual([]));
  it('was of the closing month as long as the first writers made its XML', async () =>
    expect(await tampered(issuedBy(1), settling)).toEqual([]));
  it('is of no other period since', async () =>
    expect(await tampered(issuedBy(2), settling)).toEqual([
      expect.objectContaining({ check: 'invoice', concerns: 'invoice-RE-2026-000002@0' }),
    ]));
});

it('names a document in which one byte was changed', async () => {
  const file = readdirSync(path.join(folder, 'documents'), { recursive: true }).find((name) =>
    String(name).endsWith('.pdf'),
  );
  const failures = await tampered((copy) => {
    const target = path.join(copy, 'documents', String(file));
    const bytes = readFileSync(target);
    bytes[20]! ^= 1;
    writeFileSync(target, bytes);
  });
  expect(failures).toEqual([
    expect.objectContaining({ check: 'document', concerns: path.basename(String(file), '.pdf') }),
  ]);
});

it('sees with an anchor what nothing else shows: an ending that was cut off with all traces', async () => {
  const history = await openHistory(folder);
  const anchor = await takeAnchor(history);
  await history.close();
  expect((await verified(folder, {}, [anchor])).failures).toEqual([]);

  const cut = sql(`
    DELETE FROM events WHERE stream = 'invoice-RE-2026-000012' AND revision > 0;
    UPDATE sqlite_sequence SET seq = (SELECT max(position) FROM events)`);
  expect(await tampered(cut)).toEqual([]);
  const copy = mkdtempSync(path.join(tmpdir(), 'audit-copy-'));
  cpSync(folder, copy, { recursive: true });
  cut(copy);
  const { failures } = await verified(copy, {}, [anchor]);
  rmSync(copy, { recursive: true });
  expect(failures).toEqual([expect.objectContaining({ check: 'anchor', concerns: `position ${anchor.position}` })]);
});

describe('a verification of a part', () => {
  it.each<[string, VerifyScope, object]>([
    ['a workspace', { workspaceId: 'acme' }, { workspaces: 1, closings: 6, invoices: 7 }],
    ['a month of a workspace', { workspaceId: 'beta', month: '2026-03' }, { workspaces: 1, closings: 1, invoices: 1 }],
    ['a month of all', { month: '2026-02' }, { workspaces: 2, closings: 3, invoices: 4 }],
    ['an invoice with its cancellation', { invoiceNumber: FEBRUARY }, { closings: 2, invoices: 2 }],
  ])('is of %s', async (_, scope, checked) => {
    expect(await verified(folder, scope)).toEqual({
      failures: [],
      checked: expect.objectContaining(checked) as unknown,
    });
  });

  it('names what is wrong in it, and only that', async () => {
    const copy = mkdtempSync(path.join(tmpdir(), 'audit-copy-'));
    cpSync(folder, copy, { recursive: true });
    forged('billing-acme', 0, 'documents.0.netMinor', 1)(copy);
    set('data', AT('workspace-beta', 1), 'dev', 'dex')(copy);
    const acme = await verified(copy, { workspaceId: 'acme', month: '2026-01' });
    const invoice = await verified(copy, { invoiceNumber: 'RE-2026-000002' });
    rmSync(copy, { recursive: true });
    expect(acme.failures.map(({ concerns }) => concerns)).toEqual(['billing-acme@0', 'invoice-RE-2026-000001@0']);
    expect(invoice.failures.map(({ concerns }) => concerns)).toContain('workspace-beta@1');
  });

  it('of what there is not is refused', async () => {
    await expect(verified(folder, { workspaceId: 'nobody' })).rejects.toMatchObject({ code: 'unknown-workspace' });
    await expect(verified(folder, { invoiceNumber: 'RE-2026-000099' })).rejects.toMatchObject({
      code: 'unknown-invoice',
    });
  });
});

it('notices any flipped bit of the database file that an event rests on', async () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const whole = rowsOf(folder);
  let noticed = 0;
  for (let flip = 0; flip < FLIPS; flip += 1) {
    const copy = mkdtempSync(path.join(tmpdir(), 'audit-copy-'));
    cpSync(folder, copy, { recursive: true });
    const bytes = readFileSync(path.join(copy, 'events.db'));
    const at = below(bytes.length);
    const bit = below(8);
    bytes[at]! ^= 1 << bit;
    writeFileSync(path.join(copy, 'events.db'), bytes);
    const isClean = await verified(copy).then(
      ({ failures }) => failures.length === 0,
      () => false,
    );
    // What is not noticed lies where nothing is kept: every event is as it was.
    const place = `SEED=${seed}: bit ${bit} of byte ${at}`;
    if (isClean) expect({ place, rows: rowsOf(copy) }).toEqual({ place, rows: whole });
    else noticed += 1;
    rmSync(copy, { recursive: true });
  }
  expect(noticed).toBeGreaterThan(0);
});

const FLIPS = 12;

function rowsOf(dataDir: string): unknown[] {
  const database = openDatabase(path.join(dataDir, 'events.db'));
  try {
    return database
      .prepare('SELECT * FROM events ORDER BY position')
      .all()
      .map((row) => [...row]);
  } finally {
    database.close();
  }
}
