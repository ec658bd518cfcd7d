import { type Api, ApiProblem } from '../api';
import { type ImportReport } from '../import';

/** A closed month as the API shows it. */
interface MonthFigures {
  readonly workspaceId: string;
  readonly month: string;
  readonly status: 'open' | 'closed';
  readonly variant: 'team' | 'user';
  readonly units: number;
  readonly quantity: string;
  readonly unitsDigest: string;
  readonly lines: readonly { kind: string; month: string; quantity: string; netMinor: number }[];
  readonly taxes: readonly { category: string; rate: string; netMinor: number; taxMinor: number }[];
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
  readonly currency: string;
  readonly invoiceNumber?: string;
}

export interface InvoiceFigures {
  readonly number: string;
  readonly kind: string;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly month: string;
  readonly status: string;
  readonly variant: 'team' | 'user';
  readonly currency: string;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
  readonly document: { readonly sha256: string; readonly bytes: number } | null;
  readonly deliveries: readonly { kind: string; outcome: string; messageId?: string }[];
}

interface WorkspaceFigures {
  readonly workspaceId: string;
  readonly members: { readonly total: number; readonly active: number; readonly inactive: number };
  readonly teams: { readonly total: number; readonly active: number; readonly archived: number };
}

export interface DemoFigures {
  readonly imported: ImportReport;
  /** In milliseconds. */
  readonly time: { readonly import: number; readonly close: number; readonly render: number };
  /** Invoices that were rendered and delivered. */
  readonly delivered: number;
  readonly dataDir: string;
  /** Where the PDFs are kept. */
  readonly documents: 'folder' | 'MongoDB';
  /** Where the mails went. */
  readonly mails: 'outbox' | 'SMTP';
  readonly workspaces: readonly WorkspaceFigures[];
  readonly months: readonly MonthFigures[];
  readonly invoices: readonly InvoiceFigures[];
}

/** Reads through the API what came out. */
export async function figuresOf(
  api: Api,
  workspaceIds: readonly string[],
  run: Pick<DemoFigures, 'imported' | 'time' | 'delivered' | 'dataDir' | 'documents' | 'mails'>,
): Promise<DemoFigures> {
  const workspaces: WorkspaceFigures[] = [];
  const months: MonthFigures[] = [];
  for (const workspaceId of workspaceIds) {
    workspaces.push(await api.call('auditor', 'GET', `/v1/workspaces/${workspaceId}`));
    months.push(...(await closedMonths(api, workspaceId)));
  }
  return { ...run, workspaces, months, invoices: await allInvoices(api) };
}

async function closedMonths(api: Api, workspaceId: string): Promise<MonthFigures[]> {
  try {
    const path = `/v1/workspaces/${workspaceId}/months?limit=1000`;
    const { items } = await api.call<{ items: MonthFigures[] }>('auditor', 'GET', path);
    return items.filter(({ status }) => status === 'closed');
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'unknown-contract') return [];
    throw error;
  }
}

export async function allInvoices(api: Api, month?: string): Promise<InvoiceFigures[]> {
  const invoices: InvoiceFigures[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({
      limit: '1000',
      ...(month === undefined ? {} : { month }),
      ...(cursor === null ? {} : { cursor }),
    });
    const page: { items: InvoiceFigures[]; nextCursor: string | null } = await api.call(
      'accounting',
      'GET',
      `/v1/invoices?${query.toString()}`,
    );
    invoices.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return invoices;
}
