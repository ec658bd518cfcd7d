/** Names of the streams. The part before the first `-` is the category. */
export const workspaceStream = (workspaceId: string): string => `workspace-${workspaceId}`;
export const contractStream = (workspaceId: string): string => `contract-${workspaceId}`;
/** All bills of a workspace: closing, approving, cancelling and billing again are one history. */
export const billingStream = (workspaceId: string): string => `billing-${workspaceId}`;
export const invoiceStream = (number: string): string => `invoice-${number}`;
/** The numbers of a seller, across years. */
export const invoiceNumberStream = (prefix: string): string => `numbers-${prefix}`;
export const closingStream = (closingId: string): string => `closing-${closingId}`;
/** Answers under idempotency keys that left no event of their own. */
export const idempotencyStream = (subject: string): string => `idempotency-${subject}`;

export function categoryOf(stream: string): string {
  return stream.slice(0, stream.indexOf('-'));
}

/** What comes after the category: a workspace's id, an invoice's number. */
export function subjectOf(stream: string): string {
  return stream.slice(stream.indexOf('-') + 1);
}
