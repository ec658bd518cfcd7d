import { type BillDocumentRef, notFound } from '@seatledger/domain';

/** Which document of which bill of which month a draft is. */
interface DraftDocument extends BillDocumentRef {
  readonly workspaceId: string;
}

export const draftIdOf = ({ workspaceId, month, billRevision, document }: DraftDocument): string =>
  `${workspaceId}_${month}.${billRevision}.${document}`;

/** Reads `W_2026-03.0.0`. @throws {DomainError} `unknown-draft` */
export function parseDraftId(draftId: string): DraftDocument {
  const [, workspaceId, month, revision, document] =
    /^([A-Za-z0-9_-]{1,64})_(\d{4}-\d{2})\.(\d{1,9})\.(\d{1,3})$/.exec(draftId) ?? [];
  if (workspaceId === undefined || month === undefined) throw notFound('unknown-draft', 'There is no such draft.');
  return { workspaceId, month, billRevision: Number(revision), document: Number(document) };
}
