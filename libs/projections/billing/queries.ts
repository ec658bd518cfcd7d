import { type BillDocumentRef, type BillingMonth, type InvoiceStatus, isSame } from '@seatledger/domain';
import { type FindOptions, type ReadStore } from '@seatledger/read-store';

import {
  type BilledDocumentEntry,
  billStepKey,
  type ClosingDocument,
  CLOSINGS,
  type ContractDocument,
  CONTRACTS,
  type InvoiceDocument,
  INVOICES,
  type MonthDocument,
  monthKey,
  MONTHS,
  WORK,
  WORK_KINDS,
  type WorkDocument,
  type WorkKind,
} from './documents';
import {
  type InvoicePage,
  type InvoicePageOptions,
  type InvoiceSearch,
  type InvoiceTotal,
  searchInvoices,
  totalInvoices,
} from './invoice-list';

const PAGE = 1000;

/** A document that waits for approval, and its month. */
export interface Draft {
  readonly month: MonthDocument;
  readonly draft: BilledDocumentEntry;
}

/** Reads of contracts, closed months, invoices and runs of the closing. */
export class BillingQueries {
  constructor(private readonly store: ReadStore) {}

  async workspacesWithContract(): Promise<string[]> {
    const ids: string[] = [];
    for await (const { workspaceId } of this.contracts()) ids.push(workspaceId);
    return ids;
  }

  /** All contracts, in the order of the workspaces' ids. */
  async *contracts(): AsyncGenerator<ContractDocument> {
    let after: FindOptions['after'];
    for (;;) {
      const page = await this.store.find<ContractDocument>(CONTRACTS.name, {
        where: {},
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      for (const { document } of page) yield document;
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) return;
      after = { values: [], id: last.id };
    }
  }

  async month(workspaceId: string, month: BillingMonth): Promise<MonthDocument | undefined> {
    return (await this.store.get<MonthDocument>(MONTHS.name, monthKey(workspaceId, month)))?.document;
  }

  /** The closed months of a workspace, oldest first. */
  async closedMonths(workspaceId: string): Promise<MonthDocument[]> {
    const found = await this.store.find<MonthDocument>(MONTHS.name, {
      where: { workspaceId },
      limit: 10_000,
    });
    return found.map(({ document }) => document);
  }

  async invoice(number: string): Promise<InvoiceDocument | undefined> {
    return (await this.store.get<InvoiceDocument>(INVOICES.name, number))?.document;
  }

  /** Invoices that are searched, in any of the orders that there are. */
  searchInvoices(search: InvoiceSearch, page: InvoicePageOptions): Promise<InvoicePage> {
    return searchInvoices(this.store, search, page);
  }

  totalInvoices(search: InvoiceSearch): Promise<InvoiceTotal[]> {
    return totalInvoices(this.store, search);
  }

  /** Invoices in the order of their numbers. */
  async invoices(
    filter: { workspaceId?: string; month?: BillingMonth; status?: InvoiceStatus },
    limit: number,
    after: string | undefined,
  ): Promise<{ items: InvoiceDocument[]; next: string | null }> {
    const found = await this.store.find<InvoiceDocument>(INVOICES.name, {
      where: { ...filter },
      limit: limit + 1,
      ...(after === undefined ? {} : { after: { values: [], id: after } }),
    });
    const items = found.slice(0, limit).map(({ document }) => document);
    return { items, next: found.length > limit ? (items.at(-1)?.number ?? null) : null };
  }

  async closing(closingId: string): Promise<ClosingDocument | undefined> {
    return (await this.store.get<ClosingDocument>(CLOSINGS.name, closingId))?.document;
  }

  /** How many bills wait for their number. */
  billsToIssue(): Promise<number> {
    return this.store.count(WORK.name, { kind: 'issue' });
  }

  /** How many steps of each kind are due, or wait for accounting (`approve`). */
  async dueWork(): Promise<[kind: WorkKind, count: number][]> {
    return Promise.all(WORK_KINDS.map(async (kind) => [kind, await this.store.count(WORK.name, { kind })]));
  }

  /** A document that waits for approval, also one that was returned. */
  async draft(workspaceId: string, ref: BillDocumentRef): Promise<Draft | undefined> {
    const step = await this.store.get<WorkDocument>(WORK.name, `approve:${billStepKey(workspaceId, ref)}`);
    const month = step === undefined ? undefined : await this.month(workspaceId, ref.month);
    const draft = month?.documents.find((entry) => isSame(entry, ref));
    return month === undefined || draft === undefined ? undefined : { month, draft };
  }

  /** The documents that wait for accounting's approval, of one month or of all, oldest first. */
  async drafts(
    filter: { month?: BillingMonth },
    limit: number,
    after: string | undefined,
  ): Promise<{ items: Draft[]; next: string | null }> {
    const [month, step] = after?.split(' ') ?? [];
    const isOfOneMonth = filter.month !== undefined;
    const found = await this.store.find<WorkDocument>(WORK.name, {
      where: { kind: 'approve', ...filter },
      ...(isOfOneMonth ? {} : { orderBy: ['month'] }),
      limit: limit + 1,
      ...(month === undefined || step === undefined
        ? {}
        : { after: { values: isOfOneMonth ? [] : [month], id: `approve:${step}` } }),
    });
    const page = found.slice(0, limit);
    const refs = page.flatMap(({ document }) => (document.kind === 'approve' ? [document] : []));
    const keys = refs.map(({ workspaceId, month: billed }) => monthKey(workspaceId, billed));
    const months = await this.store.getMany<MonthDocument>(MONTHS.name, keys);
    const byKey = new Map(months.map((stored) => [stored.id, stored.document]));
    const last = page.at(-1);
    return {
      items: refs.flatMap((ref) => {
        const found = byKey.get(monthKey(ref.workspaceId, ref.month));
        const draft = found?.documents.find((entry) => isSame(entry, ref));
        return found === undefined || draft === undefined ? [] : [{ month: found, draft }];
      }),
      next:
        found.length > limit && last !== undefined
          ? `${last.document.month} ${last.id.slice('approve:'.length)}`
          : null,
    };
  }
}
