import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { addMonths, formatQuantity, notFound, parseQuantity } from '@seatledger/domain';
import { BillingQueries, type Draft, type MonthDocument, ownEntryOf } from '@seatledger/projections';

import { decodeCursor, encodeCursor, limitOf, type Page } from '../http/paging';
import { amountsView, monthView } from '../months/month-view';
import { draftIdOf, parseDraftId } from './draft-id';
import { type DraftsQuery } from './schemas';

type DraftView = ReturnType<typeof draftView>;

function draftView({ month: { workspaceId, month, bill }, draft }: Draft) {
  const { billRevision, document, content, returned } = draft;
  const { language } = bill.invoicing;
  return {
    draftId: draftIdOf({ workspaceId, month, billRevision, document }),
    ...monthView(bill, language, 'closed', billRevision),
    ...amountsView([content], bill, language),
    buyer: content.buyer,
    state: returned === null ? ('waiting' as const) : ('returned' as const),
    ...(returned === null ? {} : { reason: returned }),
  };
}

/** How a draft differs from the month before: from the document that bills that month's own units. */
function changeOf({ month: { bill }, draft: { content } }: Draft, before: MonthDocument) {
  const own = ownEntryOf(before)?.content;
  return {
    month: before.month,
    units: bill.units - before.bill.units,
    quantity: formatQuantity(parseQuantity(bill.quantity) - parseQuantity(before.bill.quantity)),
    netMinor: content.netMinor - (own?.netMinor ?? 0),
    grossMinor: content.grossMinor - (own?.grossMinor ?? 0),
  };
}

export class ListDrafts extends Query<Page<DraftView>> {
  constructor(readonly asked: DraftsQuery) {
    super();
  }
}

@QueryHandler(ListDrafts)
class ListDraftsHandler implements IQueryHandler<ListDrafts> {
  constructor(private readonly billingQueries: BillingQueries) {}

  async execute({ asked: { limit, cursor, month } }: ListDrafts): Promise<Page<DraftView>> {
    const after = decodeCursor('drafts', cursor);
    const { items, next } = await this.billingQueries.drafts(
      month === undefined ? {} : { month },
      limitOf(limit),
      after,
    );
    return { items: items.map(draftView), nextCursor: encodeCursor('drafts', next) };
  }
}

export class GetDraft extends Query<DraftView & { readonly change?: ReturnType<typeof changeOf> }> {
  constructor(readonly draftId: string) {
    super();
  }
}

@QueryHandler(GetDraft)
class GetDraftHandler implements IQueryHandler<GetDraft> {
  constructor(private readonly billingQueries: BillingQueries) {}

  async execute({ draftId }: GetDraft) {
    const { workspaceId, ...ref } = parseDraftId(draftId);
    const found = await this.billingQueries.draft(workspaceId, ref);
    if (found === undefined) throw notFound('unknown-draft', 'There is no such draft.');
    const before = found.draft.isOwn
      ? await this.billingQueries.month(workspaceId, addMonths(ref.month, -1))
      : undefined;
    return { ...draftView(found), ...(before === undefined ? {} : { change: changeOf(found, before) }) };
  }
}

export const DRAFT_QUERY_HANDLERS = [ListDraftsHandler, GetDraftHandler];
