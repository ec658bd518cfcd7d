import { Readable } from 'node:stream';

import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  billingStream,
  contractStream,
  EventStore,
  idempotencyStream,
  type RecordedEvent,
  workspaceStream,
} from '@seatledger/event-store';
import { BillingQueries } from '@seatledger/projections';

import { type ApiKey, ApiKeys } from '../infrastructure/api-keys';
import { type EventsQuery } from './schemas';

const PAGE_SIZE = 500;

/** The history as it was recorded, as lines. */
export class ReadHistory extends Query<Readable> {
  /** @param reader by whose key is read */
  constructor(
    readonly asked: EventsQuery,
    readonly reader: ApiKey | undefined,
  ) {
    super();
  }
}

/** From a position on, up to what is recorded now; no more is read than the reader takes. */
@QueryHandler(ReadHistory)
export class ReadHistoryHandler implements IQueryHandler<ReadHistory> {
  constructor(
    private readonly eventStore: EventStore,
    private readonly billingQueries: BillingQueries,
    private readonly keys: ApiKeys,
  ) {}

  async execute({ asked: { workspaceId, from = '0', limit }, reader }: ReadHistory): Promise<Readable> {
    const events = this.whileLetIn(reader, this.events(Number(from), await this.filterOf(workspaceId)));
    return Readable.from(lines(events, limit === undefined ? Infinity : Number(limit)));
  }

  /** Ends the answer in its midst, visibly, when its key is revoked meanwhile. */
  private async *whileLetIn<Page>(reader: ApiKey | undefined, pages: AsyncIterable<Page>): AsyncGenerator<Page> {
    for await (const page of pages) {
      if (reader === undefined || !this.keys.isLetIn(reader)) throw new Error('the key is let in no longer');
      yield page;
    }
  }

  /** Pages of events, never empty, up to the head as it is at the beginning. */
  private async *events(from: number, { streamPrefixes, belongs }: Filter): AsyncGenerator<RecordedEvent[]> {
    const { storage } = this.eventStore;
    const head = await storage.head();
    let after = Math.max(0, from - 1);
    while (after < head) {
      const page = await storage.readAll({
        after,
        limit: PAGE_SIZE,
        ...(streamPrefixes === undefined ? {} : { streamPrefixes }),
      });
      const events = page.events.filter((event) => event.position <= head && belongs(event));
      if (events.length > 0) yield events;
      if (page.atEnd) return;
      after = page.position;
    }
  }

  /** Which events are about a workspace: its own streams, its contract, bills and invoices. */
  private async filterOf(workspaceId: string | undefined): Promise<Filter> {
    if (workspaceId === undefined) return { streamPrefixes: undefined, belongs: () => true };
    const subjects = [workspaceStream(workspaceId), contractStream(workspaceId), billingStream(workspaceId)];
    const own = [...subjects, ...subjects.map(idempotencyStream)];
    const streams = new Set(own);
    const noteInvoice = (number: string): void => {
      streams.add(`invoice-${number}`).add(idempotencyStream(`invoice-${number}`));
    };
    for await (const { number } of this.invoicesOf(workspaceId)) noteInvoice(number);
    return {
      streamPrefixes: [...own, 'invoice-', 'idempotency-invoice-'],
      belongs: ({ stream, data }) => {
        // Invoices that the read model does not show yet tell whose they are by their first event.
        const issued = data as { workspaceId?: unknown; number?: unknown };
        if (stream.startsWith('invoice-') && issued.workspaceId === workspaceId) noteInvoice(String(issued.number));
        return streams.has(stream);
      },
    };
  }

  private async *invoicesOf(workspaceId: string): AsyncGenerator<{ number: string }> {
    let after: string | undefined;
    do {
      const { items, next } = await this.billingQueries.invoices({ workspaceId }, 1000, after);
      for (const { state } of items) yield state.invoice;
      after = next ?? undefined;
    } while (after !== undefined);
  }
}

interface Filter {
  readonly streamPrefixes: readonly string[] | undefined;
  readonly belongs: (event: RecordedEvent) => boolean;
}

async function* lines(pages: AsyncIterable<readonly RecordedEvent[]>, limit: number): AsyncGenerator<string> {
  let left = limit;
  for await (const page of pages) {
    const some = page.slice(0, left);
    left -= some.length;
    yield some.map((event) => `${JSON.stringify(event)}\n`).join('');
    if (left === 0) return;
  }
}
