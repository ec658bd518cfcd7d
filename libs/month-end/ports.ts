import {
  type BillingQueue,
  type ClosingQueue,
  type ContractQueue,
  type InvoiceNumberQueue,
  type InvoiceQueue,
  type WorkspaceQueue,
} from '@seatledger/command-handling';
import { type OpenedContract } from '@seatledger/domain';

/** Where commands go; each answers on the aggregate as it stands. */
export interface Commands {
  readonly workspaces: Pick<WorkspaceQueue, 'inspect'>;
  readonly contracts: Pick<ContractQueue, 'inspect' | 'submit'>;
  readonly billing: Pick<BillingQueue, 'inspect' | 'submit'>;
  readonly invoiceNumbers: Pick<InvoiceNumberQueue, 'inspect' | 'submit'>;
  readonly invoices: Pick<InvoiceQueue, 'inspect' | 'submit'>;
  readonly closings: Pick<ClosingQueue, 'inspect' | 'submit'>;
}

/** Contracts as they stand. */
export interface ContractHistory {
  /** The contract and its stream's revision; undefined when none was opened. */
  find(workspaceId: string): Promise<{ contract: OpenedContract; revision: number } | undefined>;
}

/** Names and addresses of members, for annexes. */
export interface PersonalDataReader {
  /** Decrypts these texts; null for one whose member was erased. */
  memberDecrypter(
    workspaceId: string,
    encrypted: readonly { readonly memberId: string; readonly texts: readonly string[] }[],
  ): Promise<(memberId: string, text: string) => string | null>;
}

export type Clock = () => number;

export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
