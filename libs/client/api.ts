/* Made from /openapi.json by scripts/generate-client.mjs; not to be edited. */
export interface paths {
  '/.well-known/seatledger-signing-keys.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The keys that backups and other proofs are signed with
     * @description A JWK Set (RFC 8037). `kid` is the thumbprint of RFC 7638; a key signs nothing after its `retiredAt`. Public.
     */
    get: operations['signingKeys'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/docs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * This description as a page
     * @description Public.
     */
    get: operations['docs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The process runs
     * @description Public.
     */
    get: operations['isLive'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The service can do its work
     * @description 503 with the same body when it cannot. Public.
     */
    get: operations['isReady'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Figures for Prometheus
     * @description Public.
     */
    get: operations['metrics'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * This description
     * @description Public.
     */
    get: operations['openapi'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The history as it was recorded
     * @description One event a line, in the order of recording, up to what is recorded when it is asked for; read no faster than it is taken. Of a workspace: its own events, its contract, months and invoices. Roles: auditor.
     */
    get: operations['auditEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit/invoices/{number}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Why an invoice says what it says
     * @description Roles: auditor.
     */
    get: operations['auditInvoice'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit/verifications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Derive everything again, or what belongs to a workspace, month or invoice
     * @description The answer is written while it works: a failure stands in it as soon as it is found. Roles: auditor.
     */
    post: operations['verify'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit/workspaces/{workspaceId}/months/{month}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A month recounted from the history as it was known
     * @description Roles: auditor.
     */
    get: operations['auditMonth'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/audit/workspaces/{workspaceId}/months/{month}/units/{unitId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Why a unit counts for a month, or does not
     * @description Roles: auditor.
     */
    get: operations['auditUnit'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/closings': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Close a month, of all workspaces or of some
     * @description Answered when the run is recorded; it goes on by itself. A dry run writes nothing. Roles: scheduler, accounting.
     */
    post: operations['startClosing'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/closings/{closingId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * How far a run is
     * @description Roles: scheduler, accounting, auditor.
     */
    get: operations['closing'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/closings/parked': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Steps after closings that failed and wait for their next try
     * @description Roles: scheduler, accounting, auditor.
     */
    get: operations['parked'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/commands': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Many commands, each with its own outcome
     * @description As JSON up to 1000 at once; as lines (NDJSON) any number, answered line by line while they come in, as fast as the answers are taken. Commands of one workspace are executed in their order. Under an Idempotency-Key each command without a `key` of its own has one made of it and its place. Roles: product.
     */
    post: operations['sendCommands'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/exports/datev': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The booking batch of the invoices issued in a month
     * @description DATEV format EXTF 700, Buchungsstapel, in Windows-1252. `with` gives a ZIP: with `debtors` also their master data (Debitoren/Kreditoren), with `documents` also PDF and XML of each invoice and the list that DATEV takes them in by. Roles: accounting.
     */
    get: operations['datevBatch'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Search, list and add up invoices
     * @description A filter that is repeated takes any of its values; different filters must all hold. Sorted by `-issueDate` unless `sort` says otherwise. A cursor belongs to one `sort`. The role product sees those that are delivered as a download. Roles: product, accounting, auditor.
     */
    get: operations['invoices'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/{number}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * An invoice
     * @description Roles: product, accounting, auditor.
     */
    get: operations['invoice'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/{number}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel an invoice by a document of its own
     * @description Roles: accounting.
     */
    post: operations['cancelInvoice'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/{number}/html': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The invoice as a page
     * @description Roles: product, accounting, auditor.
     */
    get: operations['invoiceHtml'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/{number}/pdf': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The document, byte for byte as it was delivered
     * @description Roles: product, accounting, auditor.
     */
    get: operations['invoicePdf'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/{number}/resend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send an invoice again
     * @description Roles: accounting, scheduler.
     */
    post: operations['resendInvoice'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/{number}/xml': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The invoice as an XRechnung 3.0 (UBL 2.1)
     * @description Roles: product, accounting, auditor.
     */
    get: operations['invoiceXml'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/drafts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Bills that wait for approval
     * @description Those that were returned among them, each with its reason. Roles: accounting, auditor.
     */
    get: operations['drafts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/drafts/{draftId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A bill that waits for approval, with its change to the month before
     * @description Roles: accounting, auditor.
     */
    get: operations['draft'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/drafts/{draftId}/approve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Let a bill become an invoice
     * @description Its number is assigned then. Roles: accounting.
     */
    post: operations['approve'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/drafts/{draftId}/recount': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Count a returned bill again, from the facts known now
     * @description What comes of it is a draft of its own, which waits for approval. Roles: accounting.
     */
    post: operations['recount'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/drafts/{draftId}/return': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a bill back with a reason
     * @description It is not billed as it is: it waits, with the reason, until it is recounted. Roles: accounting.
     */
    post: operations['return'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/invoices/drafts/approve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Let many bills become invoices
     * @description Each has its own result; one that is refused leaves the others alone. Roles: accounting.
     */
    post: operations['approveAll'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/projections': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The read models and their rebuilds
     * @description Roles: scheduler.
     */
    get: operations['projections'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/projections/{projection}/rebuild': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Rebuild a read model beside the one in use
     * @description Answered when it has begun, or was under way; compared with what it replaces before it is switched to. Roles: scheduler.
     */
    post: operations['rebuild'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Start a workspace
     * @description Roles: product.
     */
    post: operations['startWorkspace'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A workspace and its numbers
     * @description Roles: product, accounting, auditor.
     */
    get: operations['workspace'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/contract': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The contract
     * @description Roles: product, accounting, auditor.
     */
    get: operations['contract'];
    /**
     * Open a contract
     * @description Roles: accounting.
     */
    put: operations['openContract'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/contract/billing-address': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Change the buyer
     * @description Roles: accounting.
     */
    put: operations['changeBillingAddress'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/contract/changes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Change terms from a month on
     * @description Roles: accounting.
     */
    post: operations['changeTerms'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/contract/invoice-mailbox': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Change where invoices are sent
     * @description Roles: accounting.
     */
    put: operations['changeInvoiceMailbox'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/contract/terminate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Set the last billed month
     * @description Roles: accounting.
     */
    post: operations['terminateContract'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/invoices': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Invoices of a workspace
     * @description Roles: product, accounting, auditor.
     */
    get: operations['workspaceInvoices'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/members': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Members: who may access the workspace
     * @description Roles: product, accounting, auditor.
     */
    get: operations['members'];
    put?: never;
    /**
     * Add a member, and place it in teams: all or nothing
     * @description Roles: product.
     */
    post: operations['addMember'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/members/{memberId}/access': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether a member may access the workspace
     * @description Answered from the history: no from the moment in which a removal is accepted. Nobody unknown has access. Roles: product, accounting, auditor.
     */
    get: operations['access'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/members/{memberId}/erase': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Erase a member's personal data for good
     * @description Roles: product, accounting.
     */
    post: operations['eraseMember'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/members/{memberId}/remove': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Remove a member
     * @description Roles: product.
     */
    post: operations['removeMember'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/members/{memberId}/update': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Change a member's name or address
     * @description Roles: product.
     */
    post: operations['updateMember'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/members/remove-inactive': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Remove every member who is in no active team
     * @description Roles: product.
     */
    post: operations['removeInactive'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/months': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Billing months, from the contract’s first to the current one
     * @description Roles: product, accounting, auditor.
     */
    get: operations['months'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/months/{month}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A billing month
     * @description Roles: product, accounting, auditor.
     */
    get: operations['month'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/months/{month}/licensees.csv': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The licensees of a month as CSV
     * @description RFC 4180 in UTF-8 with byte order mark, so that Excel shows umlauts right; no cell is a formula. Roles: product, accounting, auditor.
     */
    get: operations['licenseesCsv'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/months/{month}/licensees.xlsx': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The licensees of a month as an Excel workbook
     * @description Roles: product, accounting, auditor.
     */
    get: operations['licenseesXlsx'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/months/{month}/units': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The units that a month bills
     * @description Roles: product, accounting, auditor.
     */
    get: operations['units'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/teams': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Teams
     * @description Roles: product, accounting, auditor.
     */
    get: operations['teams'];
    put?: never;
    /**
     * Create a team
     * @description Roles: product.
     */
    post: operations['createTeam'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/teams/{teamId}/archive': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Archive a team
     * @description Roles: product.
     */
    post: operations['archiveTeam'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/teams/{teamId}/members/{memberId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Place a member in a team
     * @description Roles: product.
     */
    put: operations['placeMember'];
    post?: never;
    /**
     * Take a member out of a team
     * @description Roles: product.
     */
    delete: operations['withdrawMember'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/teams/{teamId}/rename': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Rename a team
     * @description Roles: product.
     */
    post: operations['renameTeam'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workspaces/{workspaceId}/teams/{teamId}/restore': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Restore a team
     * @description Roles: product.
     */
    post: operations['restoreTeam'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Accepted: {
      /** @description False: it was so already */
      changed: boolean;
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      workspaceId: components['schemas']['Id'];
    };
    ApprovalResult: {
      /** @description False: it was approved already */
      changed?: boolean;
      draftId: string;
      problem?: components['schemas']['Problem'];
      /** @enum {string} */
      status: 'accepted' | 'rejected';
    };
    ApprovalResults: {
      /** @description In the order of the ids */
      results: components['schemas']['ApprovalResult'][];
    };
    Approved: {
      changed: boolean;
      draftId: string;
      month: components['schemas']['BillingMonth'];
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      workspaceId: components['schemas']['Id'];
    };
    /** @description A month recounted from the history as it was known */
    AuditedMonth: {
      /**
       * @description The invoice of its own units was cancelled: nothing of it is billed
       * @constant
       */
      cancelled?: true;
      closing?: {
        /** Format: date-time */
        recordedAt: string;
        /** @description Of the subject's history; -1: there is none yet */
        workspaceRevision: number;
      };
      /** @enum {string} */
      countingRule: 'month-end' | 'any-time' | 'month-start' | 'prorated-daily' | 'peak';
      currency: string;
      difference?: {
        /** @description Minor units: 9800 = 98.00; negative on credits */
        adjustmentsNetMinor: number;
        /** @description Minor units: 9800 = 98.00; negative on credits */
        grossMinor: number;
        /** @description Minor units: 9800 = 98.00; negative on credits */
        netMinor: number;
        /** @description Minor units: 9800 = 98.00; negative on credits */
        ownNetMinor: number;
        /** @description Minor units: 9800 = 98.00; negative on credits */
        taxMinor: number;
        units: {
          /** @description Decimal, such as 12.7097 */
          closed: string;
          /** @description Decimal, such as 12.7097 */
          recounted: string;
          unitId: components['schemas']['Id'];
        }[];
      };
      differsFromClosing: boolean;
      /** @description Minor units: 9800 = 98.00; negative on credits */
      grossMinor: number;
      invoiceNumber?: components['schemas']['InvoiceNumber'];
      invoiceNumbers?: components['schemas']['InvoiceNumber'][];
      lines: components['schemas']['Line'][];
      month: components['schemas']['BillingMonth'];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      netMinor: number;
      /** @description Decimal, such as 12.7097 */
      quantity: string;
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      settlement?: {
        /** @description Minor units: 9800 = 98.00; negative on credits */
        billedNetMinor: number;
        /** @description Minor units: 9800 = 98.00; negative on credits */
        outstandingNetMinor: number;
        /** @description Minor units: 9800 = 98.00; negative on credits */
        owedNetMinor: number;
      };
      /** @enum {string} */
      status: 'open' | 'closed';
      taxes: components['schemas']['Tax'][];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      taxMinor: number;
      units: number;
      unitsDigest: string;
      /** @enum {string} */
      variant: 'team' | 'user';
      workspaceId: components['schemas']['Id'];
    };
    Batch: {
      commands: components['schemas']['Command'][];
    };
    BatchResult: {
      changed?: boolean;
      problem?: components['schemas']['Problem'];
      removed?: components['schemas']['Id'][];
      /**
       * @description Its key was known: this is the answer that was given then
       * @constant
       */
      replayed?: true;
      /** @description Of the subject's history; -1: there is none yet */
      revision?: number;
      /** @enum {string} */
      status: 'accepted' | 'rejected';
    };
    BatchResults: {
      results: components['schemas']['BatchResult'][];
    };
    /** @description Such as 2026-03 */
    BillingMonth: string;
    BillTo: {
      addressLine2?: string;
      buyerId?: string;
      city: string;
      contact?: string;
      /** @description ISO 3166-1 alpha-2 */
      country: string;
      name: string;
      postalCode: string;
      /** @description BT-10; for a public body in Germany its Leitweg-ID */
      reference?: string;
      street: string;
      vatId?: string;
    };
    Buyer: {
      addressLine2?: string;
      buyerId?: string;
      /** @enum {string} */
      buyerKind: 'business' | 'public' | 'consumer';
      city: string;
      contact?: string;
      /** @description ISO 3166-1 alpha-2 */
      country: string;
      name: string;
      postalCode: string;
      /** @description BT-10; for a public body in Germany its Leitweg-ID */
      reference?: string;
      street: string;
      vatId?: string;
    };
    Closing: {
      alreadyClosed: number;
      closed: number;
      closingId: string;
      /** @description The first hundred */
      failed: {
        problem: string;
        workspaceId: components['schemas']['Id'];
      }[];
      month: components['schemas']['BillingMonth'];
      nothingToBill: number;
      /** @enum {string} */
      state: 'running' | 'done';
      total: number;
      /** @description Of a dry run: what each would be billed */
      workspaces?: components['schemas']['Month'][];
    };
    ClosingStarted: {
      closingId: string;
    };
    Command:
      | {
          key?: string;
          name: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          startedAt?: string;
          /** @constant */
          type: 'StartWorkspace';
          workspaceId: components['schemas']['Id'];
        }
      | {
          key?: string;
          name: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          teamId: components['schemas']['Id'];
          /** @constant */
          type: 'CreateTeam';
          workspaceId: components['schemas']['Id'];
        }
      | {
          key?: string;
          name: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          teamId: components['schemas']['Id'];
          /** @constant */
          type: 'RenameTeam';
          workspaceId: components['schemas']['Id'];
        }
      | {
          key?: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          teamId: components['schemas']['Id'];
          /** @constant */
          type: 'ArchiveTeam';
          workspaceId: components['schemas']['Id'];
        }
      | {
          key?: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          teamId: components['schemas']['Id'];
          /** @constant */
          type: 'RestoreTeam';
          workspaceId: components['schemas']['Id'];
        }
      | {
          /** Format: email */
          email: string;
          key?: string;
          memberId: components['schemas']['Id'];
          name: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          teamIds?: components['schemas']['Id'][];
          /** @constant */
          type: 'AddMember';
          workspaceId: components['schemas']['Id'];
        }
      | {
          /** Format: email */
          email?: string;
          key?: string;
          memberId: components['schemas']['Id'];
          name?: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          /** @constant */
          type: 'UpdateMember';
          workspaceId: components['schemas']['Id'];
        }
      | {
          key?: string;
          memberId: components['schemas']['Id'];
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          /** @constant */
          type: 'RemoveMember';
          workspaceId: components['schemas']['Id'];
        }
      | {
          key?: string;
          memberId: components['schemas']['Id'];
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          /** @constant */
          type: 'EraseMember';
          workspaceId: components['schemas']['Id'];
        }
      | {
          key?: string;
          memberId: components['schemas']['Id'];
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          teamId: components['schemas']['Id'];
          /** @constant */
          type: 'PlaceMember';
          workspaceId: components['schemas']['Id'];
        }
      | {
          key?: string;
          memberId: components['schemas']['Id'];
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          teamId: components['schemas']['Id'];
          /** @constant */
          type: 'WithdrawMember';
          workspaceId: components['schemas']['Id'];
        }
      | {
          key?: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          /** @constant */
          type: 'RemoveInactiveMembers';
          workspaceId: components['schemas']['Id'];
        };
    /** @description With the terms of the current month, and all terms by their first month */
    Contract: {
      annexOfUnits: boolean;
      billTo: components['schemas']['BillTo'];
      /** @enum {string} */
      buyerKind: 'business' | 'public' | 'consumer';
      /** @enum {string} */
      countingRule: 'month-end' | 'any-time' | 'month-start' | 'prorated-daily' | 'peak';
      currency: string;
      delivery: ('download' | 'email')[];
      discount?: components['schemas']['Discount'];
      /** @enum {string} */
      eInvoice: 'zugferd' | 'xrechnung' | 'both';
      enterprise: boolean;
      firstMonth: components['schemas']['BillingMonth'];
      freeUnits?: number;
      holdForApproval: boolean;
      invoiceMailbox: string | null;
      invoiceMailboxes: components['schemas']['Mailboxes'];
      /** @enum {string} */
      language: 'de' | 'en';
      lastMonth: components['schemas']['BillingMonth'] | null;
      minimumUnits?: number;
      paymentTermDays: number;
      references?: components['schemas']['References'];
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      terms: components['schemas']['ContractTerms'][];
      tiers?: components['schemas']['Tiers'];
      timeZone: string;
      /** @description Minor units: 9800 = 98.00; negative on credits */
      unitPriceMinor: number;
      /** @enum {string} */
      variant: 'team' | 'user';
      /** @description What is remarkable about the contract, such as vat-id-missing */
      warnings: components['schemas']['ContractWarning'][];
      workspaceId: components['schemas']['Id'];
    };
    ContractAccepted: {
      /** @description False: it was so already */
      changed: boolean;
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      /** @description What is remarkable about the contract, such as vat-id-missing */
      warnings: components['schemas']['ContractWarning'][];
      workspaceId: components['schemas']['Id'];
    };
    ContractTerms: {
      annexOfUnits: boolean;
      /** @enum {string} */
      buyerKind: 'business' | 'public' | 'consumer';
      /** @enum {string} */
      countingRule: 'month-end' | 'any-time' | 'month-start' | 'prorated-daily' | 'peak';
      currency: string;
      delivery: ('download' | 'email')[];
      discount?: components['schemas']['Discount'];
      effectiveFrom: components['schemas']['BillingMonth'];
      /** @enum {string} */
      eInvoice: 'zugferd' | 'xrechnung' | 'both';
      freeUnits?: number;
      holdForApproval: boolean;
      invoiceMailboxes: components['schemas']['Mailboxes'];
      /** @enum {string} */
      language: 'de' | 'en';
      minimumUnits?: number;
      paymentTermDays: number;
      references?: components['schemas']['References'];
      tiers?: components['schemas']['Tiers'];
      timeZone: string;
      /** @description Minor units: 9800 = 98.00; negative on credits */
      unitPriceMinor: number;
      /** @enum {string} */
      variant: 'team' | 'user';
    };
    ContractWarning: {
      code: string;
      message: string;
    };
    Discount: {
      firstMonth: components['schemas']['BillingMonth'];
      lastMonth?: components['schemas']['BillingMonth'];
      /** @description Such as 10.00 */
      percent: string;
    };
    /** @description A closed month that becomes an invoice once accounting approves it */
    Draft: {
      buyer: components['schemas']['Buyer'];
      /**
       * @description The invoice of its own units was cancelled: nothing of it is billed
       * @constant
       */
      cancelled?: true;
      /** @enum {string} */
      countingRule: 'month-end' | 'any-time' | 'month-start' | 'prorated-daily' | 'peak';
      currency: string;
      draftId: string;
      /** @description Minor units: 9800 = 98.00; negative on credits */
      grossMinor: number;
      invoiceNumber?: components['schemas']['InvoiceNumber'];
      invoiceNumbers?: components['schemas']['InvoiceNumber'][];
      lines: components['schemas']['Line'][];
      month: components['schemas']['BillingMonth'];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      netMinor: number;
      /** @description Decimal, such as 12.7097 */
      quantity: string;
      /** @description Why accounting returned it */
      reason?: string;
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      /** @enum {string} */
      state: 'waiting' | 'returned';
      /** @enum {string} */
      status: 'open' | 'closed';
      taxes: components['schemas']['Tax'][];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      taxMinor: number;
      units: number;
      unitsDigest: string;
      /** @enum {string} */
      variant: 'team' | 'user';
      workspaceId: components['schemas']['Id'];
    };
    /** @description What is more, or less where negative, than in the month before */
    DraftChange: {
      /** @description Minor units: 9800 = 98.00; negative on credits */
      grossMinor: number;
      month: components['schemas']['BillingMonth'];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      netMinor: number;
      /** @description Decimal, such as 12.7097 */
      quantity: string;
      units: number;
    };
    DraftPage: {
      items: components['schemas']['Draft'][];
      nextCursor: string | null;
    };
    /** @description Without `change` where the month before was not billed */
    DraftWithChange: {
      buyer: components['schemas']['Buyer'];
      /**
       * @description The invoice of its own units was cancelled: nothing of it is billed
       * @constant
       */
      cancelled?: true;
      change?: components['schemas']['DraftChange'];
      /** @enum {string} */
      countingRule: 'month-end' | 'any-time' | 'month-start' | 'prorated-daily' | 'peak';
      currency: string;
      draftId: string;
      /** @description Minor units: 9800 = 98.00; negative on credits */
      grossMinor: number;
      invoiceNumber?: components['schemas']['InvoiceNumber'];
      invoiceNumbers?: components['schemas']['InvoiceNumber'][];
      lines: components['schemas']['Line'][];
      month: components['schemas']['BillingMonth'];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      netMinor: number;
      /** @description Decimal, such as 12.7097 */
      quantity: string;
      /** @description Why accounting returned it */
      reason?: string;
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      /** @enum {string} */
      state: 'waiting' | 'returned';
      /** @enum {string} */
      status: 'open' | 'closed';
      taxes: components['schemas']['Tax'][];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      taxMinor: number;
      units: number;
      unitsDigest: string;
      /** @enum {string} */
      variant: 'team' | 'user';
      workspaceId: components['schemas']['Id'];
    };
    /** @description An event as proof: where it stands, what it says, who sent it when */
    Evidence: {
      actor: string;
      correlationId: string;
      data: unknown;
      id: string;
      /** Format: date-time */
      occurredAt: string;
      position: number;
      /** Format: date-time */
      recordedAt: string;
      revision: number;
      stream: string;
      type: string;
    };
    /** @description An invoice line by line, with the events that each rests on */
    ExplainedInvoice: {
      bill: components['schemas']['Evidence'];
      contract: components['schemas']['Evidence'][];
      events: components['schemas']['Evidence'][];
      factsThrough?: components['schemas']['Evidence'];
      /** @description As its event says it */
      invoice: unknown;
      lines: {
        billed?: {
          bill: components['schemas']['Evidence'];
          month: components['schemas']['BillingMonth'];
          /** @description Minor units: 9800 = 98.00; negative on credits */
          netMinor: number;
          /** @description Decimal, such as 12.7097 */
          quantity: string;
        }[];
        /** @description Decimal, such as 12.7097 */
        counted?: string;
        freeUnits?: number;
        /** @enum {string} */
        kind: 'own' | 'adjustment';
        lateFacts?: components['schemas']['Evidence'][];
        line: unknown;
        minimumUnits?: number;
        owed?: {
          /** @description Minor units: 9800 = 98.00; negative on credits */
          netMinor: number;
          /** @description Decimal, such as 12.7097 */
          quantity: string;
        };
        reason: string;
      }[];
      number?: components['schemas']['Evidence'];
      units: {
        /** @description Decimal, such as 12.7097 */
        quantity: string;
        unitId: components['schemas']['Id'];
      }[];
    };
    /** @description Why a unit counts for a month or does not, with the events behind it */
    ExplainedUnit: {
      /** Format: date-time */
      countedAt?: string;
      /** @enum {string} */
      countingRule: 'month-end' | 'any-time' | 'month-start' | 'prorated-daily' | 'peak';
      counts: boolean;
      days?: {
        active: number;
        of: number;
      };
      /** Format: date-time */
      from: string;
      intervals: {
        closed: components['schemas']['Evidence'][];
        /** Format: date-time */
        from: string;
        opened: components['schemas']['Evidence'][];
        to: string | null;
      }[];
      month: components['schemas']['BillingMonth'];
      /** @description Decimal, such as 12.7097 */
      quantity: string;
      reason: string;
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      /** @enum {string} */
      status: 'open' | 'closed';
      timeZone: string;
      /** Format: date-time */
      to: string;
      unitId: components['schemas']['Id'];
      /** @enum {string} */
      variant: 'team' | 'user';
      workspaceId: components['schemas']['Id'];
    };
    /** @description A step after a closing that failed and waits for its next try */
    FailingStep: {
      attempts: number;
      month: components['schemas']['BillingMonth'] | null;
      /** Format: date-time */
      nextTry: string;
      number: string | null;
      problem: string;
      step: string;
      workspaceId: components['schemas']['Id'] | null;
    };
    FoundInvoices: {
      items: components['schemas']['Invoice'][];
      nextCursor: string | null;
      /** @description Of all that are found, on every page */
      totals: components['schemas']['InvoiceTotal'][];
    };
    /** @description The caller's own id: 1-64 of A-Z a-z 0-9 _ - */
    Id: string;
    Invoice: {
      annexOfUnits: boolean;
      billDocument: number;
      /** @description Of the subject's history; -1: there is none yet */
      billRevision: number;
      buyer: components['schemas']['Buyer'];
      cancelledBy?: components['schemas']['InvoiceNumber'];
      cancels?: components['schemas']['InvoiceNumber'];
      corrects?: {
        /**
         * Format: date
         * @description Such as 2026-03-31
         */
        issueDate: string;
        month: components['schemas']['BillingMonth'];
        number: components['schemas']['InvoiceNumber'];
      }[];
      /** @enum {string} */
      countingRule: 'month-end' | 'any-time' | 'month-start' | 'prorated-daily' | 'peak';
      currency: string;
      deliveries: components['schemas']['InvoiceDelivery'][];
      delivery: ('download' | 'email')[];
      document: {
        bytes: number;
        sha256: string;
      } | null;
      /**
       * Format: date
       * @description Such as 2026-03-31
       */
      dueDate: string;
      eInvoice?: {
        passed: string[];
        writer: number;
      };
      /** @enum {string} */
      eInvoiceFormat: 'zugferd' | 'xrechnung' | 'both';
      /** @description Minor units: 9800 = 98.00; negative on credits */
      grossMinor: number;
      invoiceMailbox?: string;
      /**
       * Format: date
       * @description Such as 2026-03-31
       */
      issueDate: string;
      /** @enum {string} */
      kind: 'invoice' | 'cancellation' | 'credit-note';
      /** @enum {string} */
      language: 'de' | 'en';
      lines: components['schemas']['Line'][];
      month: components['schemas']['BillingMonth'];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      netMinor: number;
      number: components['schemas']['InvoiceNumber'];
      paymentTermDays: number;
      /** @description Decimal, such as 12.7097 */
      quantity: string;
      reason?: string;
      references?: components['schemas']['References'];
      replaces?: components['schemas']['InvoiceNumber'];
      seller: components['schemas']['Seller'];
      servicePeriod: {
        /**
         * Format: date
         * @description Such as 2026-03-31
         */
        from: string;
        /**
         * Format: date
         * @description Such as 2026-03-31
         */
        to: string;
      };
      /** @enum {string} */
      status: 'issued' | 'rendered' | 'delivered' | 'delivery-failed' | 'cancelled';
      taxes: components['schemas']['Tax'][];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      taxMinor: number;
      units: number;
      unitsDigest: string;
      /** @enum {string} */
      variant: 'team' | 'user';
      workspaceId: components['schemas']['Id'];
      workspaceName: string;
    };
    InvoiceAccepted: {
      changed: boolean;
      number: components['schemas']['InvoiceNumber'];
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
    };
    InvoiceDelivery: {
      /** Format: date-time */
      at: string;
      attempt?: number;
      /** @enum {string} */
      kind: 'download' | 'email';
      messageId?: string;
      otherRecipients?: components['schemas']['OtherRecipients'];
      /** @enum {string} */
      outcome: 'done' | 'started' | 'refused' | 'temporary' | 'uncertain';
      reason?: string;
      recipient?: string | null;
      refusedRecipients?: string[];
    };
    /** @description The first of to is the invoice mailbox */
    InvoiceMailboxes: {
      cc?: string[];
      to: string[];
    };
    /** @description Such as RE-2026-000001 */
    InvoiceNumber: string;
    InvoicePage: {
      items: components['schemas']['Invoice'][];
      nextCursor: string | null;
    };
    InvoiceTotal: {
      count: number;
      currency: string;
      /** @description Minor units: 9800 = 98.00; negative on credits */
      grossMinor: number;
      /** @description Minor units: 9800 = 98.00; negative on credits */
      netMinor: number;
    };
    Line: {
      description: string;
      /** @enum {string} */
      kind: 'license' | 'minimum' | 'discount' | 'adjustment';
      month: components['schemas']['BillingMonth'];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      netMinor: number;
      percent?: string;
      /** @description Decimal, such as 12.7097 */
      quantity: string;
      /** @enum {string} */
      taxCategory: 'S' | 'AE' | 'O';
      taxRate: string;
      /** @description Minor units: 9800 = 98.00; negative on credits */
      unitPriceMinor?: number;
    };
    Mailboxes: {
      cc: string[];
      to: string[];
    };
    Member: {
      email: string | null;
      /** @description Then name and address are null */
      erased: boolean;
      memberId: components['schemas']['Id'];
      name: string | null;
      /** @enum {string} */
      status: 'active' | 'inactive';
      teamIds: components['schemas']['Id'][];
    };
    MemberAccess: {
      access: boolean;
    };
    MemberPage: {
      items: components['schemas']['Member'][];
      nextCursor: string | null;
    };
    /** @description A closed month as billed; an open one as closing it now would bill it */
    Month: {
      /**
       * @description The invoice of its own units was cancelled: nothing of it is billed
       * @constant
       */
      cancelled?: true;
      /** @enum {string} */
      countingRule: 'month-end' | 'any-time' | 'month-start' | 'prorated-daily' | 'peak';
      currency: string;
      /** @description Minor units: 9800 = 98.00; negative on credits */
      grossMinor: number;
      invoiceNumber?: components['schemas']['InvoiceNumber'];
      invoiceNumbers?: components['schemas']['InvoiceNumber'][];
      lines: components['schemas']['Line'][];
      month: components['schemas']['BillingMonth'];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      netMinor: number;
      /** @description Decimal, such as 12.7097 */
      quantity: string;
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      /** @enum {string} */
      status: 'open' | 'closed';
      taxes: components['schemas']['Tax'][];
      /** @description Minor units: 9800 = 98.00; negative on credits */
      taxMinor: number;
      units: number;
      unitsDigest: string;
      /** @enum {string} */
      variant: 'team' | 'user';
      workspaceId: components['schemas']['Id'];
    };
    MonthPage: {
      items: components['schemas']['Month'][];
      nextCursor: string | null;
    };
    OtherRecipients: {
      cc: string[];
      to: string[];
    };
    /** @description RFC 9457 */
    Problem: {
      /** @description Stable; what programs go by */
      code: string;
      detail: string;
      /** @description What is wrong with the request, value by value */
      errors?: {
        message: string;
        /** @description JSON pointer */
        path: string;
      }[];
      /** @description The page about its code */
      help: string;
      status: number;
      title: string;
      type: string;
    };
    /** @description A read model: up to where it reflects the history, and how its rebuild fares */
    Projection: {
      checkpoint: number;
      head: number;
      projection: string;
      rebuild?: {
        checkpoint: number;
        /** @description Where counts and totals are others than before */
        differences: string[];
        events: number;
        milliseconds: number;
        reason?: string;
        /** @enum {string} */
        state: 'building' | 'differs' | 'failed' | 'done';
      };
      /** @enum {string} */
      state: 'running' | 'standing-by' | 'stopped' | 'failed';
      version: number;
    };
    RecordedEvent: {
      /** @description As the type's schema says; names and addresses of members encrypted */
      data: unknown;
      id: string;
      /** @description Who, when, and the link in the hash chain of its stream */
      metadata: unknown;
      position: number;
      revision: number;
      stream: string;
      /** @description With its version, such as TeamArchived.v1 */
      type: string;
    };
    Recounted: {
      changed: boolean;
      draftId: string;
      /** @description The drafts in its place; none where nothing is left to bill */
      draftIds: string[];
      month: components['schemas']['BillingMonth'];
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      workspaceId: components['schemas']['Id'];
    };
    /** @description The buyer's own words for the purchase, on each invoice */
    References: {
      contract?: string;
      costCentre?: string;
      purchaseOrder?: string;
      supplierNumber?: string;
    };
    RemovedInactive: {
      changed: boolean;
      removed: components['schemas']['Id'][];
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      workspaceId: components['schemas']['Id'];
    };
    Returned: {
      changed: boolean;
      draftId: string;
      month: components['schemas']['BillingMonth'];
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      workspaceId: components['schemas']['Id'];
    };
    Seller: {
      bank: {
        bic?: string;
        holder: string;
        iban: string;
      };
      city: string;
      contact: {
        email: string;
        name: string;
        phone: string;
      };
      country: string;
      managers?: string;
      name: string;
      postalCode: string;
      register?: string;
      street: string;
      taxNumber?: string;
      vatId: string;
    };
    SigningKeySet: {
      keys: {
        /** @constant */
        alg: 'EdDSA';
        /** @constant */
        crv: 'Ed25519';
        kid: string;
        /** @constant */
        kty: 'OKP';
        /** Format: date-time */
        retiredAt?: string;
        /** @constant */
        use: 'sig';
        /** Format: date-time */
        validFrom: string;
        x: string;
      }[];
    };
    Tax: {
      /** @enum {string} */
      category: 'S' | 'AE' | 'O';
      /** @description Minor units: 9800 = 98.00; negative on credits */
      netMinor: number;
      rate: string;
      /** @description Minor units: 9800 = 98.00; negative on credits */
      taxMinor: number;
    };
    Team: {
      name: string;
      /** @enum {string} */
      status: 'active' | 'archived';
      teamId: components['schemas']['Id'];
    };
    TeamPage: {
      items: components['schemas']['Team'][];
      nextCursor: string | null;
    };
    /** @description The steps' upTo grow; the last step has none */
    Tiers: {
      /** @enum {string} */
      mode: 'graduated' | 'volume';
      steps: {
        /** @description Amount in minor units: 9800 = 98.00 */
        unitPriceMinor: number;
        upTo?: number;
      }[];
    };
    /** @description For user licenses with address and teams; null once erased */
    Unit: {
      email?: string | null;
      name: string | null;
      /** @description Decimal, such as 12.7097 */
      quantity: string;
      teams?: components['schemas']['Id'][];
      unitId: components['schemas']['Id'];
    };
    UnitPage: {
      items: components['schemas']['Unit'][];
      nextCursor: string | null;
    };
    Verification: {
      checked: number;
      checkedByKind: {
        [key: string]: number;
      };
      failed: number;
      failures: {
        check: string;
        concerns: string;
        detail: string;
        invoiceNumber?: string;
        month?: components['schemas']['BillingMonth'];
        workspaceId?: components['schemas']['Id'];
      }[];
    };
    Workspace: {
      members: {
        active: number;
        inactive: number;
        total: number;
      };
      name: string;
      /** @description Of the subject's history; -1: there is none yet */
      revision: number;
      /** Format: date-time */
      startedAt: string;
      teams: {
        active: number;
        archived: number;
        total: number;
      };
      /** @enum {string} */
      variant: 'team' | 'user';
      workspaceId: components['schemas']['Id'];
    };
  };
  responses: {
    /** @description `forbidden`: the API key lacks the required role */
    Forbidden: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          code?: 'forbidden';
        };
      };
    };
    /** @description `invalid-request`: the request is not as the API describes it; `errors` names each fault */
    InvalidRequest: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          code?: 'invalid-request';
        };
      };
    };
    /** @description `not-ready`: a store cannot be reached; try again */
    NotReady: {
      headers: {
        /** @description Seconds to wait */
        'Retry-After'?: number;
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          code?: 'not-ready';
        };
      };
    };
    /** @description `path-too-long`: a part of the path is longer than any id */
    PathTooLong: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          code?: 'path-too-long';
        };
      };
    };
    /** @description `request-timeout`: the body did not come in time */
    RequestTimeout: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          code?: 'request-timeout';
        };
      };
    };
    /** @description `too-large`: the body is larger than 4 MiB */
    TooLarge: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          code?: 'too-large';
        };
      };
    };
    /** @description `too-many-requests`: this key, or this address without one, sent too many requests */
    TooManyRequests: {
      headers: {
        /** @description Seconds to wait */
        'Retry-After'?: number;
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          code?: 'too-many-requests';
        };
      };
    };
    /** @description `unauthenticated`: no API key, or none that is known */
    Unauthenticated: {
      headers: {
        'WWW-Authenticate'?: 'Bearer';
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          code?: 'unauthenticated';
        };
      };
    };
    /** @description `unsupported-content-type`: the body is of another type than JSON, or compressed */
    UnsupportedContentType: {
      headers: {
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          /** @constant */
          code?: 'unsupported-content-type';
        };
      };
    };
  };
  parameters: {
    /** @description Stands in the metadata of every event that the request leads to, and in the log. */
    CorrelationId: string;
    /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
    IdempotencyKey: string;
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  signingKeys: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The keys that backups and other proofs are signed with */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/jwk-set+json': components['schemas']['SigningKeySet'];
        };
      };
      429: components['responses']['TooManyRequests'];
    };
  };
  docs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description This description as a page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      429: components['responses']['TooManyRequests'];
    };
  };
  isLive: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The process runs */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @constant */
            status: 'ok';
          };
        };
      };
    };
  };
  isReady: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The service can do its work */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Each part by name: ok, or what it is instead */
            checks: {
              [key: string]: string;
            };
            /** @enum {string} */
            status: 'ok' | 'not-ready';
          };
        };
      };
      /** @description The service cannot do its work */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Each part by name: ok, or what it is instead */
            checks: {
              [key: string]: string;
            };
            /** @enum {string} */
            status: 'ok' | 'not-ready';
          };
        };
      };
    };
  };
  metrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Figures for Prometheus */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      429: components['responses']['TooManyRequests'];
    };
  };
  openapi: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description This description */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            openapi: string;
          } & {
            [key: string]: unknown;
          };
        };
      };
      429: components['responses']['TooManyRequests'];
    };
  };
  auditEvents: {
    parameters: {
      query?: {
        /** @description The first position */
        from?: number;
        /** @description How many events; else all */
        limit?: number;
        /** @description The caller's own id: 1-64 of A-Z a-z 0-9 _ - */
        workspaceId?: components['schemas']['Id'];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The history as it was recorded */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/x-ndjson': components['schemas']['RecordedEvent'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  auditInvoice: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        number: components['schemas']['InvoiceNumber'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Why an invoice says what it says */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ExplainedInvoice'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-bill`: the invoice names a bill that is not in the history
       *
       *     `unknown-invoice`: there is no such invoice, or none that may be seen
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-bill' | 'unknown-invoice';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  verify: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "workspaceId": "acme",
         *       "month": "2026-03"
         *     }
         */
        'application/json': {
          invoiceNumber?: components['schemas']['InvoiceNumber'];
          month?: components['schemas']['BillingMonth'];
          workspaceId?: components['schemas']['Id'];
        };
      };
    };
    responses: {
      /** @description Derive everything again, or what belongs to a workspace, month or invoice */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Verification'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-invoice`: there is no such invoice, or none that may be seen
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-invoice' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      413: components['responses']['TooLarge'];
      415: components['responses']['UnsupportedContentType'];
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  auditMonth: {
    parameters: {
      query?: {
        /** @description RFC 3339; kept in UTC with milliseconds */
        recordedBefore?: string;
        /** @description Of the workspace's history */
        revision?: number;
      };
      header?: never;
      path: {
        month: components['schemas']['BillingMonth'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A month recounted from the history as it was known */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AuditedMonth'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `month-not-begun`: the month lies in the future
       *
       *     `month-not-billed`: the month lies before the contract's first
       *
       *     `unknown-contract`: the workspace has no contract
       *
       *     `unknown-revision`: the workspace's history does not reach this revision
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?:
              'month-not-begun' | 'month-not-billed' | 'unknown-contract' | 'unknown-revision' | 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  auditUnit: {
    parameters: {
      query?: {
        /** @description RFC 3339; kept in UTC with milliseconds */
        recordedBefore?: string;
        /** @description Of the workspace's history */
        revision?: number;
      };
      header?: never;
      path: {
        month: components['schemas']['BillingMonth'];
        unitId: components['schemas']['Id'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Why a unit counts for a month, or does not */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ExplainedUnit'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `month-not-billed`: the month lies before the contract's first
       *
       *     `unknown-contract`: the workspace has no contract
       *
       *     `unknown-revision`: the workspace's history does not reach this revision
       *
       *     `unknown-unit`: there is no such unit in the history
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'month-not-billed' | 'unknown-contract' | 'unknown-revision' | 'unknown-unit' | 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  startClosing: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "month": "2026-03",
         *       "dryRun": true
         *     }
         */
        'application/json': {
          dryRun?: boolean;
          month: components['schemas']['BillingMonth'];
          workspaceIds?: components['schemas']['Id'][];
        };
      };
    };
    responses: {
      /** @description Close a month, of all workspaces or of some */
      202: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ClosingStarted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-contract`: the workspace has no contract */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-contract';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `month-not-over`: the month is not over in the contract's time zone
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'month-not-over';
          };
        };
      };
      413: components['responses']['TooLarge'];
      415: components['responses']['UnsupportedContentType'];
      /** @description `idempotency-key-reused`: the Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  closing: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        closingId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How far a run is */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Closing'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-closing`: there is no such run */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-closing';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  parked: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Steps after closings that failed and wait for their next try */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['FailingStep'][];
          };
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  sendCommands: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "commands": [
         *         {
         *           "type": "CreateTeam",
         *           "workspaceId": "acme",
         *           "teamId": "design",
         *           "name": "Design"
         *         },
         *         {
         *           "type": "ArchiveTeam",
         *           "workspaceId": "acme",
         *           "teamId": "sales",
         *           "occurredAt": "2026-03-31T21:59:59.000Z"
         *         }
         *       ]
         *     }
         */
        'application/json': components['schemas']['Batch'];
        'application/x-ndjson': components['schemas']['Command'];
      };
    };
    responses: {
      /** @description Many commands, each with its own outcome */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BatchResults'];
          'application/x-ndjson': components['schemas']['BatchResult'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      408: components['responses']['RequestTimeout'];
      /** @description `concurrent-change`: others changed the same subject again and again; try again */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change';
          };
        };
      };
      413: components['responses']['TooLarge'];
      415: components['responses']['UnsupportedContentType'];
      /** @description `idempotency-key-reused`: the Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  datevBatch: {
    parameters: {
      query?: {
        /** @description Such as 2026-03 */
        month?: components['schemas']['BillingMonth'];
        /** @description What is to come with the batch, in a ZIP: `debtors`, `documents`, or both with a comma between */
        with?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The booking batch of the invoices issued in a month */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/zip': string;
          'text/csv': string;
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `documents-missing`: an invoice of the month has no document yet */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'documents-missing';
          };
        };
      };
      /**
       * @description `datev-accounts-incomplete`: an account of the books is missing
       *
       *     `rate-missing`: EXCHANGE_RATES_FILE has no rate of the currency for the month
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'datev-accounts-incomplete' | 'rate-missing';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  invoices: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
        /** @description Currencies */
        currency?: string[];
        /** @description The page before's nextCursor */
        cursor?: string;
        /** @description Delivered in one of these ways */
        delivery?: ('download' | 'email')[];
        /** @description The first day of issue */
        issuedFrom?: string;
        /** @description The last day of issue */
        issuedTo?: string;
        /** @description Kinds */
        kind?: ('invoice' | 'cancellation' | 'credit-note')[];
        /** @description How many items */
        limit?: number;
        /** @description Billing months, not months of issue */
        month?: components['schemas']['BillingMonth'][];
        /** @description A part of the number, of the customer's name, or of the gross amount such as 1190,00 */
        query?: string;
        sort?: '-issueDate' | 'issueDate' | '-grossMinor' | 'customer';
        /** @description Statuses */
        status?: ('issued' | 'rendered' | 'delivered' | 'delivery-failed' | 'cancelled')[];
        /** @description Workspaces */
        workspaceId?: components['schemas']['Id'][];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Search, list and add up invoices */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FoundInvoices'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  invoice: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description An invoice */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Invoice'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-invoice`: there is no such invoice, or none that may be seen */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-invoice';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  cancelInvoice: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        number: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "Wrong billing address",
         *       "reissue": true
         *     }
         */
        'application/json': {
          reason: string;
          reissue?: boolean;
        };
      };
    };
    responses: {
      /** @description Cancel an invoice by a document of its own */
      202: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InvoiceAccepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-invoice`: there is no such invoice, or none that may be seen */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-invoice';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `invoice-cancelled`: the invoice is cancelled already
       *
       *     `not-cancellable`: the document is a cancellation itself
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'invoice-cancelled' | 'not-cancellable';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /** @description `idempotency-key-reused`: the Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  invoiceHtml: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The invoice as a page */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/html': string;
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-invoice`: there is no such invoice, or none that may be seen */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-invoice';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  invoicePdf: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The document, byte for byte as it was delivered */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/pdf': string;
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `not-rendered`: the document is not made yet
       *
       *     `unknown-invoice`: there is no such invoice, or none that may be seen
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-rendered' | 'unknown-invoice';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  resendInvoice: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        number: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example {} */
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description Send an invoice again */
      202: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InvoiceAccepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-invoice`: there is no such invoice, or none that may be seen */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-invoice';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `not-sent-by-email`: the invoice is delivered as a download
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'not-sent-by-email';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /** @description `idempotency-key-reused`: the Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  invoiceXml: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        number: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The invoice as an XRechnung 3.0 (UBL 2.1) */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/xml': string;
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-invoice`: there is no such invoice, or none that may be seen */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-invoice';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  drafts: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
        /** @description The page before's nextCursor */
        cursor?: string;
        /** @description How many items */
        limit?: number;
        /** @description Such as 2026-03 */
        month?: components['schemas']['BillingMonth'];
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Bills that wait for approval */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DraftPage'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  draft: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
      };
      header?: never;
      path: {
        draftId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A bill that waits for approval, with its change to the month before */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DraftWithChange'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-draft`: there is no such draft */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-draft';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  approve: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        draftId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example {} */
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description Let a bill become an invoice */
      202: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Approved'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-draft`: there is no such draft */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-draft';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `draft-replaced`: it was billed again since; that bill is a draft of its own
       *
       *     `draft-returned`: the draft was returned; recount it, and approve the draft that takes its place
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'draft-replaced' | 'draft-returned';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /** @description `idempotency-key-reused`: the Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  recount: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        draftId: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example {} */
        'application/json': Record<string, never>;
      };
    };
    responses: {
      /** @description Count a returned bill again, from the facts known now */
      202: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Recounted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-draft`: there is no such draft */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-draft';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `draft-approved`: the draft was approved already; its invoice can be cancelled
       *
       *     `draft-not-returned`: the draft waits for approval; return it with a reason before it is recounted
       *
       *     `draft-replaced`: it was billed again since; that bill is a draft of its own
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'draft-approved' | 'draft-not-returned' | 'draft-replaced';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /** @description `idempotency-key-reused`: the Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  return: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        draftId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "reason": "Team Design was archived in February."
         *     }
         */
        'application/json': {
          reason: string;
        };
      };
    };
    responses: {
      /** @description Send a bill back with a reason */
      202: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Returned'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-draft`: there is no such draft */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-draft';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `draft-approved`: the draft was approved already; its invoice can be cancelled
       *
       *     `draft-replaced`: it was billed again since; that bill is a draft of its own
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'draft-approved' | 'draft-replaced';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /** @description `idempotency-key-reused`: the Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  approveAll: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "ids": [
         *         "acme_2026-03.0.0",
         *         "globex_2026-03.0.0"
         *       ]
         *     }
         */
        'application/json': {
          ids: string[];
        };
      };
    };
    responses: {
      /** @description Let many bills become invoices */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ApprovalResults'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      408: components['responses']['RequestTimeout'];
      /** @description `concurrent-change`: others changed the same subject again and again; try again */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change';
          };
        };
      };
      413: components['responses']['TooLarge'];
      415: components['responses']['UnsupportedContentType'];
      /** @description `idempotency-key-reused`: the Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  projections: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The read models and their rebuilds */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            items: components['schemas']['Projection'][];
          };
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  rebuild: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        projection: string;
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "acceptDifferences": false
         *     }
         */
        'application/json': {
          acceptDifferences?: boolean;
        };
      };
    };
    responses: {
      /** @description Rebuild a read model beside the one in use */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Projection'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-projection`: there is no such projection */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-projection';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  startWorkspace: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "workspaceId": "acme",
         *       "name": "Acme GmbH",
         *       "startedAt": "2026-01-12T08:00:00.000Z"
         *     }
         */
        'application/json': {
          name: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          startedAt?: string;
          workspaceId: components['schemas']['Id'];
        };
      };
    };
    responses: {
      /** @description Start a workspace */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `workspace-exists`: the workspace was started with other data
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'workspace-exists';
          };
        };
      };
      413: components['responses']['TooLarge'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  workspace: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
      };
      header?: never;
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A workspace and its numbers */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Workspace'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-workspace`: there is no such workspace */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  contract: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
      };
      header?: never;
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The contract */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Contract'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-contract`: the workspace has no contract
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-contract' | 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  openContract: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "unitPriceMinor": 4900,
         *       "currency": "EUR",
         *       "firstMonth": "2026-03",
         *       "billTo": {
         *         "name": "Acme GmbH",
         *         "street": "Hafenweg 12",
         *         "postalCode": "48155",
         *         "city": "Münster",
         *         "country": "DE",
         *         "vatId": "DE123456788"
         *       },
         *       "delivery": [
         *         "email"
         *       ],
         *       "invoiceMailbox": "rechnung@acme.example"
         *     }
         */
        'application/json': {
          annexOfUnits?: boolean;
          billTo: components['schemas']['BillTo'];
          /** @enum {string} */
          buyerKind?: 'business' | 'public' | 'consumer';
          /** @enum {string} */
          countingRule?: 'month-end' | 'any-time' | 'month-start' | 'prorated-daily' | 'peak';
          /** @description ISO 4217 */
          currency: string;
          delivery?: ('download' | 'email')[];
          discount?: components['schemas']['Discount'];
          /** @enum {string} */
          eInvoice?: 'zugferd' | 'xrechnung' | 'both';
          enterprise?: boolean;
          firstMonth: components['schemas']['BillingMonth'];
          freeUnits?: number;
          holdForApproval?: boolean;
          /** Format: email */
          invoiceMailbox?: string;
          invoiceMailboxes?: components['schemas']['InvoiceMailboxes'];
          /** @enum {string} */
          language?: 'de' | 'en';
          minimumUnits?: number;
          paymentTermDays?: number;
          references?: components['schemas']['References'];
          tiers?: components['schemas']['Tiers'];
          /** @description IANA name */
          timeZone?: string;
          /** @description Amount in minor units: 9800 = 98.00 */
          unitPriceMinor: number;
          /** @enum {string} */
          variant?: 'team' | 'user';
        };
      };
    };
    responses: {
      /** @description Open a contract */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ContractAccepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-workspace`: there is no such workspace */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `contract-exists`: the workspace has a contract
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'contract-exists';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `amount-too-large`: the largest possible amount at this price could not be reckoned exactly
       *
       *     `bad-discount`: a discount is more than 0 and at most 100 per cent, over a month at least
       *
       *     `bad-tiers`: the price steps' upTo must grow, and the last must have none
       *
       *     `consumer-abroad-not-supported`: the buyer is a consumer outside the EU's VAT area
       *
       *     `currency-too-fine`: a currency with more than two decimals
       *
       *     `first-month-too-early`: the first month lies before the tax rates that are known
       *
       *     `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `leitweg-id-invalid`: the reference of a German public body is no Leitweg-ID
       *
       *     `mailbox-missing`: a contract that delivers by e-mail names no invoice mailbox
       *
       *     `oss-not-supported`: the buyer's own country is owed the VAT
       *
       *     `unknown-country`: no ISO 3166-1 country
       *
       *     `unknown-currency`: no ISO 4217 currency in use
       *
       *     `unknown-time-zone`: no IANA time zone
       *
       *     `vat-id-invalid`: the form or the check digits of the VAT id are wrong
       *
       *     `vat-id-of-another-country`: the VAT id is not of the buyer's country
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?:
              | 'amount-too-large'
              | 'bad-discount'
              | 'bad-tiers'
              | 'consumer-abroad-not-supported'
              | 'currency-too-fine'
              | 'first-month-too-early'
              | 'idempotency-key-reused'
              | 'leitweg-id-invalid'
              | 'mailbox-missing'
              | 'oss-not-supported'
              | 'unknown-country'
              | 'unknown-currency'
              | 'unknown-time-zone'
              | 'vat-id-invalid'
              | 'vat-id-of-another-country';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  changeBillingAddress: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "billTo": {
         *         "name": "Acme GmbH",
         *         "street": "Hafenweg 12",
         *         "postalCode": "48155",
         *         "city": "Münster",
         *         "country": "DE",
         *         "vatId": "DE123456788"
         *       }
         *     }
         */
        'application/json': {
          billTo: components['schemas']['BillTo'];
        };
      };
    };
    responses: {
      /** @description Change the buyer */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ContractAccepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-contract`: the workspace has no contract
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-contract' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /** @description `concurrent-change`: others changed the same subject again and again; try again */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `consumer-abroad-not-supported`: the buyer is a consumer outside the EU's VAT area
       *
       *     `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `leitweg-id-invalid`: the reference of a German public body is no Leitweg-ID
       *
       *     `oss-not-supported`: the buyer's own country is owed the VAT
       *
       *     `unknown-country`: no ISO 3166-1 country
       *
       *     `vat-id-invalid`: the form or the check digits of the VAT id are wrong
       *
       *     `vat-id-of-another-country`: the VAT id is not of the buyer's country
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?:
              | 'consumer-abroad-not-supported'
              | 'idempotency-key-reused'
              | 'leitweg-id-invalid'
              | 'oss-not-supported'
              | 'unknown-country'
              | 'vat-id-invalid'
              | 'vat-id-of-another-country';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  changeTerms: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "effectiveFrom": "2026-07",
         *       "unitPriceMinor": 5200,
         *       "discount": null
         *     }
         */
        'application/json': {
          annexOfUnits?: boolean;
          /** @enum {string} */
          buyerKind?: 'business' | 'public' | 'consumer';
          countingRule?: ('month-end' | 'any-time' | 'month-start' | 'prorated-daily' | 'peak') | null;
          /** @description ISO 4217 */
          currency?: string;
          delivery?: ('download' | 'email')[] | null;
          discount?: components['schemas']['Discount'] | null;
          effectiveFrom: components['schemas']['BillingMonth'];
          eInvoice?: ('zugferd' | 'xrechnung' | 'both') | null;
          freeUnits?: number | null;
          holdForApproval?: boolean;
          invoiceMailboxes?: components['schemas']['InvoiceMailboxes'] | null;
          /** @enum {string} */
          language?: 'de' | 'en';
          minimumUnits?: number | null;
          paymentTermDays?: number;
          references?: components['schemas']['References'] | null;
          tiers?: components['schemas']['Tiers'] | null;
          /** @description IANA name */
          timeZone?: string;
          /** @description Amount in minor units: 9800 = 98.00 */
          unitPriceMinor?: number;
          /** @enum {string} */
          variant?: 'team' | 'user';
        };
      };
    };
    responses: {
      /** @description Change terms from a month on */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ContractAccepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-contract`: the workspace has no contract
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-contract' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `month-closed`: the month is closed
       *
       *     `term-fixed`: the term is fixed with the contract's first closed month
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'month-closed' | 'term-fixed';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `amount-too-large`: the largest possible amount at this price could not be reckoned exactly
       *
       *     `bad-discount`: a discount is more than 0 and at most 100 per cent, over a month at least
       *
       *     `bad-tiers`: the price steps' upTo must grow, and the last must have none
       *
       *     `consumer-abroad-not-supported`: the buyer is a consumer outside the EU's VAT area
       *
       *     `currency-too-fine`: a currency with more than two decimals
       *
       *     `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `leitweg-id-invalid`: the reference of a German public body is no Leitweg-ID
       *
       *     `mailbox-missing`: a contract that delivers by e-mail names no invoice mailbox
       *
       *     `oss-not-supported`: the buyer's own country is owed the VAT
       *
       *     `term-required`: the term has no default to go back to
       *
       *     `unknown-currency`: no ISO 4217 currency in use
       *
       *     `unknown-time-zone`: no IANA time zone
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?:
              | 'amount-too-large'
              | 'bad-discount'
              | 'bad-tiers'
              | 'consumer-abroad-not-supported'
              | 'currency-too-fine'
              | 'idempotency-key-reused'
              | 'leitweg-id-invalid'
              | 'mailbox-missing'
              | 'oss-not-supported'
              | 'term-required'
              | 'unknown-currency'
              | 'unknown-time-zone';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  changeInvoiceMailbox: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "rechnung@acme.example"
         *     }
         */
        'application/json': {
          /** Format: email */
          email: string;
        };
      };
    };
    responses: {
      /** @description Change where invoices are sent */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ContractAccepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-contract`: the workspace has no contract
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-contract' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /** @description `concurrent-change`: others changed the same subject again and again; try again */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /** @description `idempotency-key-reused`: the Idempotency-Key was used for another request */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  terminateContract: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "lastMonth": "2026-12"
         *     }
         */
        'application/json': {
          lastMonth: components['schemas']['BillingMonth'];
        };
      };
    };
    responses: {
      /** @description Set the last billed month */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ContractAccepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-contract`: the workspace has no contract
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-contract' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `contract-ended`: the contract ended, and later months were settled since
       *
       *     `month-closed`: the month is closed
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'contract-ended' | 'month-closed';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `last-month-before-first`: the last month lies before the contract's first
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'last-month-before-first';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  workspaceInvoices: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
        /** @description The page before's nextCursor */
        cursor?: string;
        /** @description How many items */
        limit?: number;
        status?: 'issued' | 'rendered' | 'delivered' | 'delivery-failed' | 'cancelled';
      };
      header?: never;
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Invoices of a workspace */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InvoicePage'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-workspace`: there is no such workspace */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  members: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
        /** @description The page before's nextCursor */
        cursor?: string;
        /** @description How many items */
        limit?: number;
        status?: 'active' | 'inactive';
      };
      header?: never;
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Members: who may access the workspace */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MemberPage'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-workspace`: there is no such workspace */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  addMember: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "memberId": "u-4711",
         *       "name": "Ada Beispiel",
         *       "email": "ada@acme.example",
         *       "teamIds": [
         *         "design"
         *       ]
         *     }
         */
        'application/json': {
          /** Format: email */
          email: string;
          memberId: components['schemas']['Id'];
          name: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          teamIds?: components['schemas']['Id'][];
        };
      };
    };
    responses: {
      /** @description Add a member, and place it in teams: all or nothing */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-team`: there is no such team in the workspace
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-team' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `member-exists`: the member is present with other data
       *
       *     `member-key-destroyed`: the member's key was destroyed by an erasure that the history does not hold: erase the member again
       *
       *     `member-removed`: the member is removed
       *
       *     `out-of-order`: a later fact about the same subject is recorded
       *
       *     `team-archived`: the team was not active at that time
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?:
              | 'concurrent-change'
              | 'member-exists'
              | 'member-key-destroyed'
              | 'member-removed'
              | 'out-of-order'
              | 'team-archived';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  access: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
      };
      header?: never;
      path: {
        memberId: components['schemas']['Id'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Whether a member may access the workspace */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MemberAccess'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-workspace`: there is no such workspace */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  eraseMember: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        memberId: components['schemas']['Id'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /** @example {} */
        'application/json': {
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
        };
      };
    };
    responses: {
      /** @description Erase a member's personal data for good */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-member`: there never was such a member of the workspace
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-member' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `out-of-order`: a later fact about the same subject is recorded
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'out-of-order';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  removeMember: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        memberId: components['schemas']['Id'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "occurredAt": "2026-03-10T09:30:00.000Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
        };
      };
    };
    responses: {
      /** @description Remove a member */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-member`: there never was such a member of the workspace
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-member' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `out-of-order`: a later fact about the same subject is recorded
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'out-of-order';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  updateMember: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        memberId: components['schemas']['Id'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "email": "ada.beispiel@acme.example"
         *     }
         */
        'application/json': {
          /** Format: email */
          email?: string;
          name?: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
        };
      };
    };
    responses: {
      /** @description Change a member's name or address */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-member`: there never was such a member of the workspace
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-member' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `member-erased`: the member's personal data was erased
       *
       *     `member-key-destroyed`: the member's key was destroyed by an erasure that the history does not hold: erase the member again
       *
       *     `member-removed`: the member is removed
       *
       *     `out-of-order`: a later fact about the same subject is recorded
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'member-erased' | 'member-key-destroyed' | 'member-removed' | 'out-of-order';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  removeInactive: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "occurredAt": "2026-03-10T09:30:00.000Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
        };
      };
    };
    responses: {
      /** @description Remove every member who is in no active team */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RemovedInactive'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-workspace`: there is no such workspace */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /** @description `concurrent-change`: others changed the same subject again and again; try again */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  months: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
        /** @description The page before's nextCursor */
        cursor?: string;
        /** @description How many items */
        limit?: number;
      };
      header?: never;
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Billing months, from the contract’s first to the current one */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MonthPage'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `month-not-begun`: the month lies in the future
       *
       *     `month-not-billed`: the month lies before the contract's first
       *
       *     `unknown-contract`: the workspace has no contract
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'month-not-begun' | 'month-not-billed' | 'unknown-contract' | 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  month: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
      };
      header?: never;
      path: {
        month: components['schemas']['BillingMonth'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A billing month */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Month'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `month-not-begun`: the month lies in the future
       *
       *     `month-not-billed`: the month lies before the contract's first
       *
       *     `unknown-contract`: the workspace has no contract
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'month-not-begun' | 'month-not-billed' | 'unknown-contract' | 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  licenseesCsv: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
      };
      header?: never;
      path: {
        month: components['schemas']['BillingMonth'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The licensees of a month as CSV */
      200: {
        headers: {
          /** @description closed; or open: the list is a preview */
          'Seatledger-Month-Status'?: string;
          [name: string]: unknown;
        };
        content: {
          'text/csv': string;
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `month-not-begun`: the month lies in the future
       *
       *     `month-not-billed`: the month lies before the contract's first
       *
       *     `unknown-contract`: the workspace has no contract
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'month-not-begun' | 'month-not-billed' | 'unknown-contract' | 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  licenseesXlsx: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
      };
      header?: never;
      path: {
        month: components['schemas']['BillingMonth'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The licensees of a month as an Excel workbook */
      200: {
        headers: {
          /** @description closed; or open: the list is a preview */
          'Seatledger-Month-Status'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': string;
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `month-not-begun`: the month lies in the future
       *
       *     `month-not-billed`: the month lies before the contract's first
       *
       *     `unknown-contract`: the workspace has no contract
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'month-not-begun' | 'month-not-billed' | 'unknown-contract' | 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  units: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
        /** @description The page before's nextCursor */
        cursor?: string;
        /** @description How many items */
        limit?: number;
      };
      header?: never;
      path: {
        month: components['schemas']['BillingMonth'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The units that a month bills */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UnitPage'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `month-not-begun`: the month lies in the future
       *
       *     `month-not-billed`: the month lies before the contract's first
       *
       *     `unknown-contract`: the workspace has no contract
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'month-not-begun' | 'month-not-billed' | 'unknown-contract' | 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  teams: {
    parameters: {
      query?: {
        /** @description A position, as `Seatledger-Position` gives it: the answer reflects at least the history up to there; 503 `read-model-lagging` when it does not within 5 seconds */
        atLeast?: string;
        /** @description The page before's nextCursor */
        cursor?: string;
        /** @description How many items */
        limit?: number;
        status?: 'active' | 'archived';
      };
      header?: never;
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Teams */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TeamPage'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-workspace`: there is no such workspace */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-workspace';
          };
        };
      };
      414: components['responses']['PathTooLong'];
      429: components['responses']['TooManyRequests'];
      /**
       * @description `not-ready`: a store cannot be reached; try again
       *
       *     `read-model-lagging`: the reads did not reflect the position of `atLeast` within 5 seconds; try again
       */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'not-ready' | 'read-model-lagging';
          };
        };
      };
    };
  };
  createTeam: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "teamId": "design",
         *       "name": "Design",
         *       "occurredAt": "2026-03-10T09:30:00.000Z"
         *     }
         */
        'application/json': {
          name: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
          teamId: components['schemas']['Id'];
        };
      };
    };
    responses: {
      /** @description Create a team */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /** @description `unknown-workspace`: there is no such workspace */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `out-of-order`: a later fact about the same subject is recorded
       *
       *     `team-exists`: the team exists with another name
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'out-of-order' | 'team-exists';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  archiveTeam: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        teamId: components['schemas']['Id'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "occurredAt": "2026-03-31T21:59:59.000Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
        };
      };
    };
    responses: {
      /** @description Archive a team */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-team`: there is no such team in the workspace
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-team' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `out-of-order`: a later fact about the same subject is recorded
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'out-of-order';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  placeMember: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        memberId: components['schemas']['Id'];
        teamId: components['schemas']['Id'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "occurredAt": "2026-03-10T09:30:00.000Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
        };
      };
    };
    responses: {
      /** @description Place a member in a team */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-member`: there never was such a member of the workspace
       *
       *     `unknown-team`: there is no such team in the workspace
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-member' | 'unknown-team' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `member-removed`: the member is removed
       *
       *     `out-of-order`: a later fact about the same subject is recorded
       *
       *     `team-archived`: the team was not active at that time
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'member-removed' | 'out-of-order' | 'team-archived';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  withdrawMember: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        memberId: components['schemas']['Id'];
        teamId: components['schemas']['Id'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "occurredAt": "2026-03-10T09:30:00.000Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
        };
      };
    };
    responses: {
      /** @description Take a member out of a team */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-member`: there never was such a member of the workspace
       *
       *     `unknown-team`: there is no such team in the workspace
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-member' | 'unknown-team' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `out-of-order`: a later fact about the same subject is recorded
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'out-of-order';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  renameTeam: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        teamId: components['schemas']['Id'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Product design",
         *       "occurredAt": "2026-03-10T09:30:00.000Z"
         *     }
         */
        'application/json': {
          name: string;
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
        };
      };
    };
    responses: {
      /** @description Rename a team */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-team`: there is no such team in the workspace
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-team' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `out-of-order`: a later fact about the same subject is recorded
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'out-of-order';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
  restoreTeam: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same request gets the same answer and has no second effect, for at least 24 hours; with another request it is refused (422 idempotency-key-reused). */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Stands in the metadata of every event that the request leads to, and in the log. */
        'X-Correlation-Id'?: components['parameters']['CorrelationId'];
      };
      path: {
        teamId: components['schemas']['Id'];
        workspaceId: components['schemas']['Id'];
      };
      cookie?: never;
    };
    requestBody?: {
      content: {
        /**
         * @example {
         *       "occurredAt": "2026-03-10T09:30:00.000Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description RFC 3339; kept in UTC with milliseconds
           */
          occurredAt?: string;
        };
      };
    };
    responses: {
      /** @description Restore a team */
      200: {
        headers: {
          /** @description `true` when the answer was given before under the same Idempotency-Key */
          'Idempotent-Replayed'?: string;
          /** @description Position of its last event in the whole history: a string of digits, for `atLeast` */
          'Seatledger-Position'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
      400: components['responses']['InvalidRequest'];
      401: components['responses']['Unauthenticated'];
      403: components['responses']['Forbidden'];
      /**
       * @description `unknown-team`: there is no such team in the workspace
       *
       *     `unknown-workspace`: there is no such workspace
       */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'unknown-team' | 'unknown-workspace';
          };
        };
      };
      408: components['responses']['RequestTimeout'];
      /**
       * @description `concurrent-change`: others changed the same subject again and again; try again
       *
       *     `out-of-order`: a later fact about the same subject is recorded
       */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'concurrent-change' | 'out-of-order';
          };
        };
      };
      413: components['responses']['TooLarge'];
      414: components['responses']['PathTooLong'];
      415: components['responses']['UnsupportedContentType'];
      /**
       * @description `idempotency-key-reused`: the Idempotency-Key was used for another request
       *
       *     `occurred-in-future`: the fact lies more than 5 minutes in the future
       */
      422: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'] & {
            /** @enum {unknown} */
            code?: 'idempotency-key-reused' | 'occurred-in-future';
          };
        };
      };
      429: components['responses']['TooManyRequests'];
      503: components['responses']['NotReady'];
    };
  };
}
