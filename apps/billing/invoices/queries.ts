import { Inject, Injectable } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type DocumentStore } from '@seatledger/blob-store';
import { type InvoiceDocument as StoredDocument, notFound } from '@seatledger/domain';
import { RevisionConflict } from '@seatledger/event-store';
import { BillingSteps } from '@seatledger/month-end';
import {
  BillingQueries,
  type InvoiceDocument,
  type InvoicePlace,
  type InvoiceSearch,
  type InvoiceSort,
  type InvoiceTotal,
} from '@seatledger/projections';

import { decodeCursor, encodeCursor, foreignCursor, limitOf, type ListQuery, type Page } from '../http/paging';
import { InvalidRequest } from '../http/validation';
import { type ApiKey, isWithin } from '../infrastructure/api-keys';
import { BLOB_STORE } from '../infrastructure/stores.module';
import { WorkspaceReads } from '../workspaces/workspace-reads';
import { checkedNumber } from './invoice-number';
import { invoiceView } from './invoice-view';
import { type InvoicesQuery, type WorkspaceInvoicesQuery } from './schemas';

type InvoiceView = ReturnType<typeof invoiceView>;

/** By whose key is read: the role product sees what may be downloaded, a limited key its workspaces, and nothing else. */
export type Reader = ApiKey | undefined;

/** Invoices as a reader may see them. */
@Injectable()
export class VisibleInvoices {
  constructor(private readonly billingQueries: BillingQueries) {}

  /** @throws {DomainError} `unknown-invoice`, also for one that may not be seen */
  async find(number: string, reader: Reader): Promise<InvoiceDocument> {
    const invoice = await this.billingQueries.invoice(checkedNumber(number));
    if (invoice !== undefined && isVisible(reader, invoice)) return invoice;
    throw notFound('unknown-invoice', 'There is no such invoice.');
  }

  /** What is hidden from the reader leaves no gap in the page. */
  async list(
    filter: Parameters<BillingQueries['invoices']>[0],
    { limit, cursor }: ListQuery,
    reader: Reader,
  ): Promise<Page<InvoiceView>> {
    const visible: InvoiceDocument[] = [];
    let after = decodeCursor('invoices', cursor);
    let next: string | null;
    do {
      const page = await this.billingQueries.invoices(filter, limitOf(limit) - visible.length, after);
      visible.push(...page.items.filter((invoice) => isVisible(reader, invoice)));
      next = page.next;
      after = next ?? undefined;
    } while (next !== null && visible.length < limitOf(limit));
    return { items: visible.map(invoiceView), nextCursor: encodeCursor('invoices', next) };
  }
}

const isVisible = (reader: Reader, { state }: InvoiceDocument): boolean =>
  isWithin(reader, state.invoice.workspaceId) &&
  (reader?.role !== 'product' || state.invoice.delivery.includes('download'));

export class ListWorkspaceInvoices extends Query<Page<InvoiceView>> {
  constructor(
    readonly workspaceId: string,
    readonly asked: WorkspaceInvoicesQuery,
    readonly reader: Reader,
  ) {
    super();
  }
}

@QueryHandler(ListWorkspaceInvoices)
class ListWorkspaceInvoicesHandler implements IQueryHandler<ListWorkspaceInvoices> {
  constructor(
    private readonly invoices: VisibleInvoices,
    private readonly workspaces: WorkspaceReads,
  ) {}

  async execute({ workspaceId, asked, reader }: ListWorkspaceInvoices): Promise<Page<InvoiceView>> {
    const { limit: _limit, cursor: _cursor, atLeast: _atLeast, ...filter } = asked;
    await this.workspaces.known(workspaceId);
    return this.invoices.list({ workspaceId, ...filter }, asked, reader);
  }
}

interface FoundInvoices extends Page<InvoiceView> {
  readonly totals: readonly InvoiceTotal[];
}

export class FindInvoices extends Query<FoundInvoices> {
  constructor(
    readonly asked: InvoicesQuery,
    readonly reader: Reader,
  ) {
    super();
  }
}

/** The read store filters, sorts and adds up, also by what the reader may see: nothing hidden is gone through. */
@QueryHandler(FindInvoices)
class FindInvoicesHandler implements IQueryHandler<FindInvoices> {
  constructor(private readonly billingQueries: BillingQueries) {}

  async execute({ asked, reader }: FindInvoices): Promise<FoundInvoices> {
    const { sort = '-issueDate', limit, cursor } = asked;
    const search = searchOf(asked, reader);
    const page = { sort, limit: limitOf(limit), after: decodePlace(sort, cursor) };
    const [{ items, next }, totals] = await Promise.all([
      this.billingQueries.searchInvoices(search, page),
      this.billingQueries.totalInvoices(search),
    ]);
    const place = next === null ? null : `${next.id} ${String(next.value)}`;
    return { items: items.map(invoiceView), nextCursor: encodeCursor(`invoices by ${sort}`, place), totals };
  }
}

/** @throws {InvalidRequest} days of issue that no day is between */
function searchOf(asked: InvoicesQuery, reader: Reader): InvoiceSearch {
  const { query, workspaceId, month, issuedFrom, issuedTo, kind, status, delivery, currency } = asked;
  if (issuedFrom !== undefined && issuedTo !== undefined && issuedTo < issuedFrom) {
    throw new InvalidRequest([{ path: '/query/issuedTo', message: 'must not be before issuedFrom' }]);
  }
  const workspaceIds = visibleWorkspaces(workspaceId, reader);
  return {
    ...(query === undefined ? {} : { query }),
    ...(workspaceIds === undefined ? {} : { workspaceIds }),
    ...(month === undefined ? {} : { months: month }),
    ...(issuedFrom === undefined ? {} : { issuedFrom }),
    ...(issuedTo === undefined ? {} : { issuedTo }),
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(status === undefined ? {} : { statuses: status }),
    ...(delivery === undefined ? {} : { deliveries: delivery }),
    ...(currency === undefined ? {} : { currencies: currency }),
    onlyDownloadable: reader?.role === 'product',
  };
}

/** The workspaces asked for, as far as the reader's key goes; undefined: all. */
const visibleWorkspaces = (asked: readonly string[] | undefined, reader: Reader): readonly string[] | undefined =>
  asked === undefined ? reader?.workspaces : asked.filter((workspaceId) => isWithin(reader, workspaceId));

/** @throws {InvalidRequest} for what no such list has handed out */
function decodePlace(sort: InvoiceSort, cursor: string | undefined): InvoicePlace | undefined {
  const place = decodeCursor(`invoices by ${sort}`, cursor);
  if (place === undefined) return undefined;
  const [, id, text] = /^(\S+) (.*)$/s.exec(place) ?? [];
  const value = sort === '-grossMinor' ? Number(text) : text;
  if (id === undefined || value === undefined || Number.isNaN(value)) throw foreignCursor();
  return { id, value };
}

export class GetInvoice extends Query<InvoiceView> {
  constructor(
    readonly number: string,
    readonly reader: Reader,
  ) {
    super();
  }
}

@QueryHandler(GetInvoice)
class GetInvoiceHandler implements IQueryHandler<GetInvoice> {
  constructor(private readonly invoices: VisibleInvoices) {}

  async execute({ number, reader }: GetInvoice): Promise<InvoiceView> {
    return invoiceView(await this.invoices.find(number, reader));
  }
}

const MAX_RENDER_ATTEMPTS = 3;

/** Where an invoice's documents are stored; they are made now when their turn has not come yet. */
@Injectable()
export class RenderedInvoices {
  constructor(private readonly steps: BillingSteps) {}

  /** @throws {DomainError} `not-rendered` */
  async find(number: string): Promise<StoredDocument> {
    for (let attempt = 0; attempt < MAX_RENDER_ATTEMPTS; attempt += 1) {
      const { document } = await this.steps.invoice(number);
      if (document !== undefined) return document;
      await this.render(number);
    }
    const { document } = await this.steps.invoice(number);
    if (document === undefined) throw notFound('not-rendered', 'The document is not made yet.');
    return document;
  }

  private async render(number: string): Promise<void> {
    try {
      await this.steps.render(number, `download:${number}`);
    } catch (error) {
      // Another request or process was quicker: with the document, or with another event of the invoice.
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
}

export class GetInvoiceDocument extends Query<Uint8Array> {
  constructor(
    readonly number: string,
    readonly format: 'pdf' | 'xml',
    readonly reader: Reader,
  ) {
    super();
  }
}

/** The stored document, or its XRechnung, byte for byte as it was written when the invoice was rendered. */
@QueryHandler(GetInvoiceDocument)
class GetInvoiceDocumentHandler implements IQueryHandler<GetInvoiceDocument> {
  constructor(
    private readonly invoices: VisibleInvoices,
    private readonly rendered: RenderedInvoices,
    @Inject(BLOB_STORE) private readonly documents: DocumentStore,
  ) {}

  async execute({ number, format, reader }: GetInvoiceDocument): Promise<Uint8Array> {
    await this.invoices.find(number, reader);
    const { sha256, xml } = await this.rendered.find(number);
    return this.documents.get(format === 'pdf' ? sha256 : xml.sha256);
  }
}

export class GetInvoiceHtml extends Query<string> {
  constructor(
    readonly number: string,
    readonly reader: Reader,
  ) {
    super();
  }
}

@QueryHandler(GetInvoiceHtml)
class GetInvoiceHtmlHandler implements IQueryHandler<GetInvoiceHtml> {
  constructor(
    private readonly invoices: VisibleInvoices,
    private readonly steps: BillingSteps,
  ) {}

  async execute({ number, reader }: GetInvoiceHtml): Promise<string> {
    await this.invoices.find(number, reader);
    return this.steps.html(number);
  }
}

export const INVOICE_QUERY_HANDLERS = [
  ListWorkspaceInvoicesHandler,
  FindInvoicesHandler,
  GetInvoiceHandler,
  GetInvoiceDocumentHandler,
  GetInvoiceHtmlHandler,
];
