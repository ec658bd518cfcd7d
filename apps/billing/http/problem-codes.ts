/** What a code of a problem means: for the problem itself, the API's description and its page. */
export interface ProblemType {
  readonly status: number;
  readonly title: string;
  readonly description: string;
}

/** Every code that a problem can have. */
export const PROBLEM_CODES = {
  'invalid-request': {
    status: 400,
    title: 'Invalid request',
    description: 'the request is not as the API describes it; `errors` names each fault',
  },
  unauthenticated: { status: 401, title: 'Not authenticated', description: 'no API key, or none that is known' },
  forbidden: { status: 403, title: 'Not allowed', description: 'the API key lacks the required role' },
  'not-found': { status: 404, title: 'Not found', description: 'there is nothing at this path' },
  'unknown-workspace': { status: 404, title: 'Unknown workspace', description: 'there is no such workspace' },
  'unknown-team': { status: 404, title: 'Unknown team', description: 'there is no such team in the workspace' },
  'unknown-member': {
    status: 404,
    title: 'Unknown member',
    description: 'there never was such a member of the workspace',
  },
  'unknown-contract': { status: 404, title: 'Unknown contract', description: 'the workspace has no contract' },
  'unknown-invoice': {
    status: 404,
    title: 'Unknown invoice',
    description: 'there is no such invoice, or none that may be seen',
  },
  'unknown-bill': {
    status: 404,
    title: 'Unknown bill',
    description: 'the invoice names a bill that is not in the history',
  },
  'unknown-unit': { status: 404, title: 'Unknown unit', description: 'there is no such unit in the history' },
  'unknown-revision': {
    status: 404,
    title: 'Unknown revision',
    description: "the workspace's history does not reach this revision",
  },
  'unknown-draft': { status: 404, title: 'Unknown draft', description: 'there is no such draft' },
  'unknown-closing': { status: 404, title: 'Unknown closing', description: 'there is no such run' },
  'unknown-projection': { status: 404, title: 'Unknown projection', description: 'there is no such projection' },
  'month-not-billed': {
    status: 404,
    title: 'Month is not billed',
    description: "the month lies before the contract's first",
  },
  'month-not-begun': { status: 404, title: 'Month has not begun', description: 'the month lies in the future' },
  'not-rendered': { status: 404, title: 'Document not made yet', description: 'the document is not made yet' },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    description: 'the path has other methods; the header Allow names them',
  },
  'request-timeout': { status: 408, title: 'Request timed out', description: 'the body did not come in time' },
  'concurrent-change': {
    status: 409,
    title: 'Changed by others meanwhile',
    description: 'others changed the same subject again and again; try again',
  },
  'out-of-order': {
    status: 409,
    title: 'Out of order',
    description: 'a later fact about the same subject is recorded',
  },
  'workspace-exists': {
    status: 409,
    title: 'Workspace exists',
    description: 'the workspace was started with other data',
  },
  'team-exists': { status: 409, title: 'Team exists', description: 'the team exists with another name' },
  'team-archived': { status: 409, title: 'Team archived', description: 'the team was not active at that time' },
  'member-exists': { status: 409, title: 'Member exists', description: 'the member is present with other data' },
  'member-removed': { status: 409, title: 'Member removed', description: 'the member is removed' },
  'member-erased': { status: 409, title: 'Member erased', description: "the member's personal data was erased" },
  'member-key-destroyed': {
    status: 409,
    title: "Member's key destroyed",
    description: "the member's key was destroyed by an erasure that the history does not hold: erase the member again",
  },
  'contract-exists': { status: 409, title: 'Contract exists', description: 'the workspace has a contract' },
  'contract-ended': {
    status: 409,
    title: 'Contract ended',
    description: 'the contract ended, and later months were settled since',
  },
  'month-closed': { status: 409, title: 'Month closed', description: 'the month is closed' },
  'earlier-month-open': {
    status: 409,
    title: 'Earlier month is open',
    description: 'months are closed in order, and one before is still open',
  },
  'terms-not-locked': {
    status: 409,
    title: 'Terms are not locked',
    description: 'the terms of the month can still change; try again',
  },
  'bill-cancelled': {
    status: 409,
    title: 'Bill is cancelled',
    description: 'the bill was cancelled, and the invoice of the cancellation is named',
  },
  'delivery-started': {
    status: 409,
    title: 'Delivery has begun',
    description: 'this attempt to deliver the invoice has begun already',
  },
  'month-not-over': {
    status: 409,
    title: 'Month is not over',
    description: "the month is not over in the contract's time zone",
  },
  'term-fixed': {
    status: 409,
    title: 'Term cannot change any more',
    description: "the term is fixed with the contract's first closed month",
  },
  'draft-replaced': {
    status: 409,
    title: 'Draft replaced',
    description: 'it was billed again since; that bill is a draft of its own',
  },
  'draft-approved': {
    status: 409,
    title: 'Draft approved',
    description: 'the draft was approved already; its invoice can be cancelled',
  },
  'draft-returned': {
    status: 409,
    title: 'Draft returned',
    description: 'the draft was returned; recount it, and approve the draft that takes its place',
  },
  'draft-not-returned': {
    status: 409,
    title: 'Draft not returned',
    description: 'the draft waits for approval; return it with a reason before it is recounted',
  },
  'not-cancellable': { status: 409, title: 'Not cancellable', description: 'the document is a cancellation itself' },
  'invoice-cancelled': { status: 409, title: 'Invoice cancelled', description: 'the invoice is cancelled already' },
  'documents-missing': {
    status: 409,
    title: 'Documents missing',
    description: 'an invoice of the month has no document yet',
  },
  'not-sent-by-email': {
    status: 409,
    title: 'Not sent by e-mail',
    description: 'the invoice is delivered as a download',
  },
  'too-large': { status: 413, title: 'Too large', description: 'the body is larger than 4 MiB' },
  'path-too-long': { status: 414, title: 'Path too long', description: 'a part of the path is longer than any id' },
  'unsupported-content-type': {
    status: 415,
    title: 'Unsupported content type',
    description: 'the body is of another type than JSON, or compressed',
  },
  'occurred-in-future': {
    status: 422,
    title: 'Occurred in the future',
    description: 'the fact lies more than 5 minutes in the future',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'Idempotency-Key used for another request',
    description: 'the Idempotency-Key was used for another request',
  },
  'first-month-too-early': {
    status: 422,
    title: 'First month too early',
    description: 'the first month lies before the tax rates that are known',
  },
  'last-month-before-first': {
    status: 422,
    title: 'Last month before first',
    description: "the last month lies before the contract's first",
  },
  'term-required': { status: 422, title: 'Term required', description: 'the term has no default to go back to' },
  'bad-tiers': {
    status: 422,
    title: 'Invalid price steps',
    description: "the price steps' upTo must grow, and the last must have none",
  },
  'bad-discount': {
    status: 422,
    title: 'Invalid discount',
    description: 'a discount is more than 0 and at most 100 per cent, over a month at least',
  },
  'unknown-currency': { status: 422, title: 'Unknown currency', description: 'no ISO 4217 currency in use' },
  'currency-too-fine': {
    status: 422,
    title: 'Currency with too many decimals',
    description: 'a currency with more than two decimals',
  },
  'unknown-country': { status: 422, title: 'Unknown country', description: 'no ISO 3166-1 country' },
  'unknown-time-zone': { status: 422, title: 'Unknown time zone', description: 'no IANA time zone' },
  'amount-too-large': {
    status: 422,
    title: 'Amount too large',
    description: 'the largest possible amount at this price could not be reckoned exactly',
  },
  'mailbox-missing': {
    status: 422,
    title: 'Invoice mailbox missing',
    description: 'a contract that delivers by e-mail names no invoice mailbox',
  },
  'oss-not-supported': {
    status: 422,
    title: 'One Stop Shop not supported',
    description: "the buyer's own country is owed the VAT",
  },
  'consumer-abroad-not-supported': {
    status: 422,
    title: 'Consumer abroad not supported',
    description: "the buyer is a consumer outside the EU's VAT area",
  },
  'leitweg-id-invalid': {
    status: 422,
    title: 'Leitweg-ID invalid',
    description: 'the reference of a German public body is no Leitweg-ID',
  },
  'vat-id-invalid': {
    status: 422,
    title: 'VAT id invalid',
    description: 'the form or the check digits of the VAT id are wrong',
  },
  'vat-id-of-another-country': {
    status: 422,
    title: 'VAT id of another country',
    description: "the VAT id is not of the buyer's country",
  },
  'datev-accounts-incomplete': {
    status: 422,
    title: 'DATEV accounts incomplete',
    description: 'an account of the books is missing',
  },
  'rate-missing': {
    status: 422,
    title: 'Exchange rate missing',
    description: 'EXCHANGE_RATES_FILE has no rate of the currency for the month',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    description: 'this key, or this address without one, sent too many requests',
  },
  'header-too-large': { status: 431, title: 'Header too large', description: 'the header is larger than 16 KiB' },
  'internal-error': { status: 500, title: 'Unexpected error', description: 'something went wrong; the log tells more' },
  'not-ready': { status: 503, title: 'Not ready', description: 'a store cannot be reached; try again' },
  'read-model-lagging': {
    status: 503,
    title: 'Read model lagging',
    description: 'the reads did not reflect the position of `atLeast` within 5 seconds; try again',
  },
} as const satisfies Readonly<Record<string, ProblemType>>;

export type ProblemCode = keyof typeof PROBLEM_CODES;

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEM_CODES, code);
