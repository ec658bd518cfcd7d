import { setImmediate as nextTurn } from 'node:timers/promises';

import { type BillingMonth, type Instant, type InvoiceEvent, notFound } from '@seatledger/domain';
import {
  billingStream,
  categoryOf,
  contractStream,
  invoiceStream,
  subjectOf,
  workspaceStream,
} from '@seatledger/event-store';

import { type Books, readBooks } from '../books';
import { type EventHistory, eventsOf } from '../history';
import { type Anchor } from './anchor';
import { verifyBills } from './bills';
import { type DocumentReader } from './documents';
import { type Failure, failureAt, reasonOf } from './failure';
import { verifyInvoices } from './invoices';
import { EventScan, scanAll, scanNumbers, scanStreams } from './scan';

/** What to verify: everything, or what belongs to one workspace, month or invoice. */
export interface VerifyScope {
  readonly workspaceId?: string;
  readonly month?: BillingMonth;
  readonly invoiceNumber?: string;
}

export interface VerifyParts {
  readonly history: EventHistory;
  readonly documents: DocumentReader;
  readonly now: Instant;
  /** Of the embedded store, whose positions have no gaps. */
  readonly embedded?: {
    lastPositionGiven(): Promise<number>;
    checkIntegrity(): Promise<string[]>;
  };
  /** Taken before; only for a verification of everything. */
  readonly anchors?: readonly Anchor[];
}

/** How many of each were checked. */
export interface Checked {
  events: number;
  workspaces: number;
  closings: number;
  numbers: number;
  invoices: number;
  documents: number;
  deliveries: number;
}

export type VerifyStep =
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** `done` of `total`: events first, then workspaces. */
  | { readonly kind: 'progress'; readonly of: 'events' | 'workspaces'; readonly done: number; readonly total: number };

/** A step of a closing that began less than this long ago may still be under way, in milliseconds. */
const UNDER_WAY = 10 * 60_000;

/**
 * Derives everything again from the events: chains, closings, invoices, numbers, documents and
 * deliveries. Holds a head for each stream, the facts in some bytes each, and the events of one
 * workspace's books at a time, never the history; gives the event loop a turn between pages.
 * @throws {DomainError} `unknown-workspace` or `unknown-invoice`, for a scope that there is not
 */
export async function* verify(parts: VerifyParts, scope: VerifyScope = {}): AsyncGenerator<VerifyStep, Checked> {
  const { workspaceId, invoiceNumber } = scope;
  if (invoiceNumber !== undefined) return yield* verifyInvoice(parts, invoiceNumber);
  if (workspaceId !== undefined) return yield* verifyWorkspace(parts, workspaceId, scope.month);
  return yield* verifyAll(parts, scope.month);
}

async function* verifyAll(parts: VerifyParts, month: BillingMonth | undefined): AsyncGenerator<VerifyStep, Checked> {
  const { history, embedded, anchors = [] } = parts;
  const integrity = embedded?.checkIntegrity() ?? Promise.resolve([]);
  // Noted before anything is awaited, so that a fault of it is never an unhandled rejection.
  const fileFaults = integrity.catch((error: unknown) => [reasonOf(error)]);
  const lastPositionGiven = await embedded?.lastPositionGiven();
  const until = Math.max(await history.head(), lastPositionGiven ?? 0);
  const scan = new EventScan({ keepFacts: true });
  const options = { anchors, ...(lastPositionGiven === undefined ? {} : { lastPositionGiven }) };
  for await (const { failures, position } of scanAll(history, scan, until, options)) {
    yield* failed(failures);
    yield { kind: 'progress', of: 'events', done: position, total: until };
  }
  for (const detail of await fileFaults) yield* failed([{ check: 'file', concerns: 'events.db', detail }]);

  const checked = newChecked();
  checked.events = scan.chain.events;
  checked.numbers = scan.numbers.size;
  yield* failed(strays(scan));
  const ids = [...scan.workspaces].sort();
  for (const [done, workspaceId] of ids.entries()) {
    yield { kind: 'progress', of: 'workspaces', done, total: ids.length };
    yield* failed(await verifyBooks(parts, scan, checked, { workspaceId, ...(month === undefined ? {} : { month }) }));
    await nextTurn();
  }
  yield { kind: 'progress', of: 'workspaces', done: ids.length, total: ids.length };
  return checked;
}

async function* verifyWorkspace(
  parts: VerifyParts,
  workspaceId: string,
  month: BillingMonth | undefined,
  invoiceNumber?: string,
): AsyncGenerator<VerifyStep, Checked> {
  const { history } = parts;
  const scan = new EventScan();
  yield* failed(await scanStreams(history, [workspaceStream(workspaceId)], scan));
  if (scan.chain.events === 0) throw notFound('unknown-workspace', 'There is no workspace with this id.');
  yield* failed(await scanStreams(history, [contractStream(workspaceId), billingStream(workspaceId)], scan));
  yield* failed(await scanNumbers(history, scan));
  const books = await readBooksSafely(history, workspaceId);
  if ('failure' in books) {
    yield* failed([books.failure]);
    return { ...newChecked(), events: scan.chain.events };
  }
  const numbers = scan.numbers.ofWorkspace(workspaceId).map(({ stored }) => stored.event.data.number);
  yield* failed(await scanStreams(history, numbers.map(invoiceStream), scan));
  const checked = newChecked();
  checked.events = scan.chain.events;
  checked.numbers = scan.numbers.size;
  const within = {
    workspaceId,
    ...(month === undefined ? {} : { month }),
    ...(invoiceNumber === undefined ? {} : { invoiceNumber }),
  };
  yield* failed(await verifyBooks(parts, scan, checked, within));
  yield { kind: 'progress', of: 'workspaces', done: 1, total: 1 };
  return checked;
}

async function* verifyInvoice(parts: VerifyParts, number: string): AsyncGenerator<VerifyStep, Checked> {
  const [first] = await eventsOf<InvoiceEvent>(parts.history, invoiceStream(number));
  if (first?.event.type !== 'InvoiceIssued') throw notFound('unknown-invoice', 'There is no such invoice.');
  const { workspaceId, month } = first.event.data;
  return yield* verifyWorkspace(parts, workspaceId, month, number);
}

/** The bills and invoices of one workspace. */
async function verifyBooks(
  { history, documents, now }: VerifyParts,
  scan: EventScan,
  checked: Checked,
  { workspaceId, month, invoiceNumber }: VerifyScope & { readonly workspaceId: string },
): Promise<Failure[]> {
  const books = await readBooksSafely(history, workspaceId);
  if ('failure' in books) return [books.failure];
  const settledBefore = now - UNDER_WAY;
  const only = month === undefined ? {} : { month };
  try {
    const bills = await verifyBills(history, books, { settledBefore, ...only }, scan.facts);
    const invoices = await verifyInvoices(history, books, scan.numbers, {
      documents,
      settledBefore,
      ...only,
      ...(invoiceNumber === undefined ? {} : { invoiceNumber }),
    });
    checked.workspaces += 1;
    checked.closings += bills.checked;
    checked.invoices += invoices.invoices;
    checked.documents += invoices.documents;
    checked.deliveries += invoices.deliveries;
    return [...bills.failures, ...invoices.failures];
  } catch (error) {
    return [brokenHistory(workspaceId, error)];
  }
}

async function readBooksSafely(
  history: EventHistory,
  workspaceId: string,
): Promise<Books | { readonly failure: Failure }> {
  try {
    return await readBooks(history, workspaceId);
  } catch (error) {
    return { failure: brokenHistory(workspaceId, error) };
  }
}

const brokenHistory = (workspaceId: string, error: unknown): Failure => ({
  check: 'event',
  concerns: workspaceStream(workspaceId),
  detail: `the workspace's history cannot be replayed: ${reasonOf(error)}`,
  workspaceId,
});

/** What belongs to no workspace: invoices without a number, numbers for nobody's bill. */
function strays({ chain, numbers, workspaces }: EventScan): Failure[] {
  const failures: Failure[] = [];
  for (const stream of chain.heads.keys()) {
    if (categoryOf(stream) !== 'invoice' || numbers.numbered(subjectOf(stream)) !== undefined) continue;
    const detail = 'the invoice has a number that was never assigned, or whose assignment was taken out';
    failures.push(failureAt('number', { stream, revision: 0 }, detail, { invoiceNumber: subjectOf(stream) }));
  }
  for (const { stored } of numbers.strayCancellations()) {
    failures.push(failureAt('number', stored, `it cancels an invoice that has no number`));
  }
  for (const workspaceId of numbers.workspaces()) {
    if (workspaces.has(workspaceId)) continue;
    const [first] = numbers.ofWorkspace(workspaceId);
    if (first !== undefined) failures.push(failureAt('number', first.stored, `there is no workspace ${workspaceId}`));
  }
  return failures;
}

function* failed(failures: readonly Failure[]): Generator<VerifyStep> {
  for (const failure of failures) yield { kind: 'failure', failure };
}

const newChecked = (): Checked => ({
  events: 0,
  workspaces: 0,
  closings: 0,
  numbers: 0,
  invoices: 0,
  documents: 0,
  deliveries: 0,
});
