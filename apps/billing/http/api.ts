import { type TSchema, Type } from '@sinclair/typebox';

import * as answers from './answers';
import * as queries from './queries';
import {
  BillingAddressBody,
  bodyOf,
  CancelBody,
  ChangeTermsBody,
  ClosingBody,
  InvoiceMailboxBody,
  NoBody,
  OpenContractBody,
  RebuildBody,
  TerminateBody,
  VerificationBody,
} from './schemas';

/** What a route takes and answers, for whoever calls it. Roles and path stand at its controller. */
export interface Description {
  readonly summary: string;
  /** What the summary leaves open. */
  readonly more?: string;
  /** Parameters of the query; none are taken where none are named. */
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** False: the body may be left out. */
  readonly bodyRequired?: boolean;
  /** One line of a body of lines, instead of `body`. */
  readonly line?: TSchema;
  /** Status of success. */
  readonly status?: number;
  /** What is answered, by content type. */
  readonly answer: Readonly<Record<string, TSchema>>;
  /** Headers of the answer, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** It changes something: takes an Idempotency-Key. */
  readonly command?: boolean;
  /** Codes of refusals besides those that every such route has. */
  readonly problems?: readonly string[];
}

const json = (schema: TSchema) => ({ 'application/json': schema });
const file = Type.Unsafe<unknown>({ type: 'string', contentEncoding: 'binary' });
const text = Type.String();

/** A command on a workspace; `inPath`: what its route names in the path. */
const workspaceCommand = (
  summary: string,
  type: Parameters<typeof bodyOf>[0],
  inPath: readonly string[],
  problems: readonly string[] = [],
): Description => {
  const body = bodyOf(type, inPath);
  const needed = (body as { required?: string[] }).required ?? [];
  return {
    summary,
    command: true,
    body,
    bodyRequired: needed.length > 0,
    answer: json(type === 'RemoveInactiveMembers' ? answers.RemovedInactive : answers.Accepted),
    problems: ['occurred-in-future', ...(inPath.length > 0 ? ['unknown-workspace'] : []), ...problems],
  };
};
const contractCommand = (summary: string, body: TSchema, problems: readonly string[]): Description => ({
  summary,
  command: true,
  body,
  answer: json(answers.Accepted),
  problems: ['unknown-workspace', ...problems],
});
const read = (
  summary: string,
  query: TSchema | undefined,
  answer: TSchema,
  problems: readonly string[] = [],
): Description => ({
  summary,
  ...(query === undefined ? {} : { query }),
  answer: json(answer),
  problems,
});

const W = ['workspaceId'];
const TEAM = [...W, 'teamId'];
const MEMBER = [...W, 'memberId'];
const PLACEMENT = [...TEAM, 'memberId'];
const OF_MONTH = ['unknown-workspace', 'unknown-contract', 'month-not-billed', 'month-not-begun'];
const OF_HISTORY = ['unknown-workspace', 'unknown-contract', 'unknown-revision', 'month-not-billed'];
const TERMS = ['unknown-time-zone', 'unknown-currency', 'currency-too-fine', 'bad-tiers', 'bad-discount'];
const PREVIEW = { 'Seatledger-Month-Status': 'closed; or open: the list is a preview' };

/** Every route: the API's book, which /openapi.json and /docs are printed from. */
export const API: Readonly<Record<string, Description>> = {
  'POST /v1/workspaces': workspaceCommand('Start a workspace', 'StartWorkspace', [], ['workspace-exists']),
  'GET /v1/workspaces/:workspaceId': read('A workspace and its numbers', queries.WorkspaceQuery, answers.Workspace, [
    'unknown-workspace',
  ]),
  'POST /v1/workspaces/:workspaceId/teams': workspaceCommand('Create a team', 'CreateTeam', W, [
    'team-exists',
    'out-of-order',
  ]),
  'GET /v1/workspaces/:workspaceId/teams': read('Teams', queries.TeamsQuery, answers.pageOf(answers.Team), [
    'unknown-workspace',
  ]),
  'POST /v1/workspaces/:workspaceId/teams/:teamId/rename': workspaceCommand('Rename a team', 'RenameTeam', TEAM, [
    'unknown-team',
    'out-of-order',
  ]),
  'POST /v1/workspaces/:workspaceId/teams/:teamId/archive': workspaceCommand('Archive a team', 'ArchiveTeam', TEAM, [
    'unknown-team',
    'out-of-order',
  ]),
  'POST /v1/workspaces/:workspaceId/teams/:teamId/restore': workspaceCommand('Restore a team', 'RestoreTeam', TEAM, [
    'unknown-team',
    'out-of-order',
  ]),
  'PUT /v1/workspaces/:workspaceId/teams/:teamId/members/:memberId': workspaceCommand(
    'Place a member in a team',
    'PlaceMember',
    PLACEMENT,
    ['unknown-team', 'unknown-member', 'out-of-order', 'team-archived', 'member-removed'],
  ),
  'DELETE /v1/workspaces/:workspaceId/teams/:teamId/members/:memberId': workspaceCommand(
    'Take a member out of a team',
    'WithdrawMember',
    PLACEMENT,
    ['unknown-team', 'unknown-member', 'out-of-order'],
  ),
  'POST /v1/workspaces/:workspaceId/members': workspaceCommand(
    'Add a member, and place it in teams: all or nothing',
    'AddMember',
    W,
    ['member-exists', 'out-of-order', 'unknown-team', 'team-archived', 'member-removed', 'member-key-destroyed'],
  ),
  'GET /v1/workspaces/:workspaceId/members': read(
    'Members: who may access the workspace',
    queries.MembersQuery,
    answers.pageOf(answers.Member),
    ['unknown-workspace'],
  ),
  'POST /v1/workspaces/:workspaceId/members/:memberId/update': workspaceCommand(
    "Change a member's name or address",
    'UpdateMember',
    MEMBER,
    ['unknown-member', 'out-of-order', 'member-removed', 'member-erased', 'member-key-destroyed'],
  ),
  'POST /v1/workspaces/:workspaceId/members/:memberId/remove': workspaceCommand(
    'Remove a member',
    'RemoveMember',
    MEMBER,
    ['unknown-member', 'out-of-order'],
  ),
  'POST /v1/workspaces/:workspaceId/members/:memberId/erase': workspaceCommand(
    "Erase a member's personal data for good",
    'EraseMember',
    MEMBER,
    ['unknown-member', 'out-of-order'],
  ),
  'POST /v1/workspaces/:workspaceId/members/remove-inactive': workspaceCommand(
    'Remove every member who is in no active team',
    'RemoveInactiveMembers',
    W,
  ),
  'GET /v1/workspaces/:workspaceId/members/:memberId/access': {
    ...read('Whether a member may access the workspace', queries.WorkspaceQuery, answers.MemberAccess, [
      'unknown-workspace',
    ]),
    more: 'Answered from the history: no from the moment in which a removal is accepted. Nobody unknown has access.',
  },
  'POST /v1/commands': {
    summary: 'Many commands, each by its own fate',
    more:
      'As JSON up to 1000 at once; as lines (NDJSON) any number, answered line by line while they come in, as fast ' +
      'as the answers are taken. Commands of one workspace are carried out in their order. Under an Idempotency-Key ' +
      'each command without a `key` of its own has one made of it and its place.',
    command: true,
    body: answers.Batch,
    line: answers.BatchCommand,
    answer: { 'application/json': answers.BatchResults, 'application/x-ndjson': answers.BatchResult },
  },

  'PUT /v1/workspaces/:workspaceId/contract': contractCommand('Open a contract', OpenContractBody, [
    'contract-exists',
    'first-month-too-early',
    'unknown-country',
    'vat-id-of-another-country',
    ...TERMS,
  ]),
  'GET /v1/workspaces/:workspaceId/contract': read('The contract', queries.WorkspaceQuery, answers.Contract, [
    'unknown-workspace',
    'unknown-contract',
  ]),
  'POST /v1/workspaces/:workspaceId/contract/changes': contractCommand(
    'Change terms from a month on',
    ChangeTermsBody,
    ['unknown-contract', 'month-closed', 'term-fixed', 'term-required', ...TERMS],
  ),
  'PUT /v1/workspaces/:workspaceId/contract/invoice-mailbox': contractCommand(
    'Change where invoices are sent',
    InvoiceMailboxBody,
    ['unknown-contract'],
  ),
  'PUT /v1/workspaces/:workspaceId/contract/billing-address': contractCommand('Change the buyer', BillingAddressBody, [
    'unknown-contract',
    'unknown-country',
    'vat-id-of-another-country',
  ]),
  'POST /v1/workspaces/:workspaceId/contract/terminate': contractCommand('Set the last billed month', TerminateBody, [
    'unknown-contract',
    'month-closed',
    'contract-ended',
    'last-month-before-first',
  ]),

  'GET /v1/workspaces/:workspaceId/months': read(
    'Billing months, from the contract’s first to the current one',
    queries.WorkspaceListQuery,
    answers.pageOf(answers.MonthAnswer),
    OF_MONTH,
  ),
  'GET /v1/workspaces/:workspaceId/months/:month': read(
    'A billing month',
    queries.WorkspaceQuery,
    answers.MonthAnswer,
    OF_MONTH,
  ),
  'GET /v1/workspaces/:workspaceId/months/:month/units': read(
    'The units that a month bills',
    queries.WorkspaceListQuery,
    answers.pageOf(answers.Unit),
    OF_MONTH,
  ),
  'GET /v1/workspaces/:workspaceId/months/:month/licensees.csv': {
    summary: 'The licensees of a month as CSV',
    more: 'RFC 4180 in UTF-8 with byte order mark, so that Excel shows umlauts right; no cell is a formula.',
    query: queries.WorkspaceQuery,
    answer: { 'text/csv': text },
    headers: PREVIEW,
    problems: OF_MONTH,
  },
  'GET /v1/workspaces/:workspaceId/months/:month/licensees.xlsx': {
    summary: 'The licensees of a month as an Excel workbook',
    query: queries.WorkspaceQuery,
    answer: { 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': file },
    headers: PREVIEW,
    problems: OF_MONTH,
  },

  'GET /v1/workspaces/:workspaceId/invoices': read(
    'Invoices of a workspace',
    queries.WorkspaceInvoicesQuery,
    answers.pageOf(answers.Invoice),
    ['unknown-workspace'],
  ),
  'GET /v1/invoices': {
    ...read('Invoices', queries.InvoicesQuery, answers.pageOf(answers.Invoice), []),
    more: 'The role product sees those that are delivered as a download.',
  },
  'GET /v1/invoices/:number': read('An invoice', undefined, answers.Invoice, ['unknown-invoice']),
  'GET /v1/invoices/:number/pdf': {
    summary: 'The document, byte for byte as it was delivered',
    answer: { 'application/pdf': file },
    problems: ['unknown-invoice', 'not-rendered'],
  },
  'GET /v1/invoices/:number/xml': {
    summary: 'The invoice as an XRechnung 3.0 (UBL 2.1)',
    answer: { 'application/xml': text },
    problems: ['unknown-invoice'],
  },
  'GET /v1/exports/datev': {
    summary: 'The booking batch of the invoices issued in a month',
    more:
      'DATEV format EXTF 700, Buchungsstapel, in Windows-1252. `with` gives a ZIP: with `debtors` also their master ' +
      'data (Debitoren/Kreditoren), with `documents` also PDF and XML of each invoice and the list that DATEV takes them in by.',
    query: queries.DatevQuery,
    answer: { 'text/csv': file, 'application/zip': file },
    problems: ['datev-accounts-incomplete', 'rate-missing', 'documents-missing'],
  },
  'GET /v1/invoices/:number/html': {
    summary: 'The invoice as a page',
    answer: { 'text/html': text },
    problems: ['unknown-invoice'],
  },
  'POST /v1/invoices/:number/cancel': {
    summary: 'Cancel an invoice by a document of its own',
    command: true,
    body: CancelBody,
    status: 202,
    answer: json(answers.InvoiceAccepted),
    problems: ['unknown-invoice', 'not-cancellable', 'invoice-cancelled'],
  },
  'POST /v1/invoices/:number/resend': {
    summary: 'Send an invoice again',
    command: true,
    body: NoBody,
    bodyRequired: false,
    status: 202,
    answer: json(answers.InvoiceAccepted),
    problems: ['unknown-invoice', 'not-sent-by-email'],
  },

  'POST /v1/closings': {
    summary: 'Close a month, of all workspaces or of some',
    more: 'Answered when the run is recorded; it goes on by itself. A dry run writes nothing.',
    command: true,
    body: ClosingBody,
    status: 202,
    answer: json(answers.ClosingStarted),
    problems: ['month-not-over', 'unknown-contract'],
  },
  'GET /v1/closings/:closingId': read('How a run stands', undefined, answers.Closing, ['unknown-closing']),

  'GET /v1/closings/parked': read(
    'Steps after closings that failed and wait for their next try',
    undefined,
    answers.FailingSteps,
  ),
  'GET /v1/invoices/drafts': read('Bills that wait for approval', queries.ListQuery, answers.pageOf(answers.Draft)),
  'POST /v1/invoices/drafts/:draftId/approve': {
    summary: 'Let a bill become an invoice',
    more: 'Its number is assigned then.',
    command: true,
    body: NoBody,
    bodyRequired: false,
    status: 202,
    answer: json(answers.Approved),
    problems: ['unknown-draft', 'draft-replaced'],
  },

  'GET /v1/audit/events': {
    summary: 'The history as it was recorded',
    more:
      'One event a line, in the order of recording, up to what is recorded when it is asked for; read no faster ' +
      'than it is taken. Of a workspace: its own events, its contract, months and invoices.',
    query: queries.EventsQuery,
    answer: { 'application/x-ndjson': answers.RecordedEvent },
  },

  'GET /v1/audit/workspaces/:workspaceId/months/:month': read(
    'A month recounted from the history as it was known',
    queries.KnownAtQuery,
    answers.AuditedMonth,
    [...OF_HISTORY, 'month-not-begun'],
  ),
  'GET /v1/audit/workspaces/:workspaceId/months/:month/units/:unitId': read(
    'Why a unit counts for a month, or does not',
    queries.KnownAtQuery,
    answers.ExplainedUnit,
    [...OF_HISTORY, 'unknown-unit'],
  ),
  'GET /v1/audit/invoices/:number': read('Why an invoice says what it says', undefined, answers.ExplainedInvoice, [
    'unknown-invoice',
    'unknown-bill',
  ]),
  'POST /v1/audit/verifications': {
    summary: 'Derive everything again, or what belongs to a workspace, month or invoice',
    more: 'The answer is written while it works: a failure stands in it as soon as it is found.',
    body: VerificationBody,
    bodyRequired: false,
    answer: json(answers.Verification),
    problems: ['unknown-workspace', 'unknown-invoice'],
  },

  'GET /v1/projections': read('The read models and their rebuilds', undefined, answers.Projections, []),
  'POST /v1/projections/:projection/rebuild': {
    summary: 'Rebuild a read model beside the one in use',
    more: 'Answered when it has begun, or was under way; compared with what it replaces before it is switched to.',
    body: RebuildBody,
    bodyRequired: false,
    status: 202,
    answer: json(answers.Projection),
    problems: ['unknown-projection'],
  },

  'GET /health/live': { summary: 'The process runs', answer: json(answers.Live) },
  'GET /health/ready': {
    summary: 'The service can do its work',
    more: '503 with the same body when it cannot.',
    answer: json(answers.Ready),
  },
  'GET /.well-known/seatledger-signing-keys.json': {
    summary: 'The keys that backups and other proofs are signed with',
    more: 'A JWK Set (RFC 8037). `kid` is the thumbprint of RFC 7638; a key signs nothing after its `retiredAt`.',
    answer: { 'application/jwk-set+json': answers.SigningKeySet },
  },
  'GET /metrics': { summary: 'Figures for Prometheus', answer: { 'text/plain': text } },
  'GET /openapi.json': {
    summary: 'This description',
    answer: json(Type.Object({ openapi: text }, { additionalProperties: true })),
  },
  'GET /docs': { summary: 'This description as a page', answer: { 'text/html': text } },
};

/** Names of operations where those of their controllers' methods would not do. */
export const OPERATION_IDS: Readonly<Record<string, string>> = {
  'POST /v1/workspaces': 'startWorkspace',
  'PUT /v1/workspaces/:workspaceId/contract': 'openContract',
  'POST /v1/workspaces/:workspaceId/contract/changes': 'changeTerms',
  'PUT /v1/workspaces/:workspaceId/contract/invoice-mailbox': 'changeInvoiceMailbox',
  'PUT /v1/workspaces/:workspaceId/contract/billing-address': 'changeBillingAddress',
  'POST /v1/workspaces/:workspaceId/contract/terminate': 'terminateContract',
  'GET /v1/workspaces/:workspaceId/invoices': 'workspaceInvoices',
  'GET /v1/invoices': 'invoices',
  'GET /v1/invoices/:number': 'invoice',
  'GET /v1/invoices/:number/pdf': 'invoicePdf',
  'GET /v1/invoices/:number/xml': 'invoiceXml',
  'GET /v1/invoices/:number/html': 'invoiceHtml',
  'GET /v1/exports/datev': 'datevBatch',
  'POST /v1/invoices/:number/cancel': 'cancelInvoice',
  'POST /v1/invoices/:number/resend': 'resendInvoice',
  'POST /v1/closings': 'startClosing',
  'POST /v1/commands': 'sendCommands',
  'GET /health/live': 'isLive',
  'GET /health/ready': 'isReady',
  'GET /metrics': 'metrics',
};
