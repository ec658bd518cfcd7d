import { type BillingMonth, type ClosingRequest, type InvoiceStatus } from '@seatledger/domain';
import { type FindOptions, type ReadStore } from '@seatledger/read-store';

import {
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
  type WorkDocument,
} from './documents';

const PAGE = 1000;

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

  async unfinishedClosings(): Promise<{ closingId: string; request: ClosingRequest }[]> {
    const found = await this.store.find<ClosingDocument>(CLOSINGS.name, {
      where: { state: 'running' },
      limit: PAGE,
    });
    return found.map(({ document: { closingId, request } }) => ({ closingId, request }));
  }

  /** Whether a bill still waits for its number. */
  async isIssuingDue(): Promise<boolean> {
    return (await this.dueCount('issue')) > 0;
  }

  dueCount(kind: WorkDocument['kind']): Promise<number> {
    return this.store.count(WORK.name, { kind });
  }

  /** Bills that wait for accounting's approval. */
  async drafts(): Promise<WorkDocument[]> {
    const found = await this.store.find<WorkDocument>(WORK.name, {
      where: { kind: 'approve' },
      orderBy: ['month'],
      limit: PAGE,
    });
    return found.map(({ document }) => document);
  }
}
