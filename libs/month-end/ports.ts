import { type BillingMonth, type OpenedContract, type WorkspaceState } from '@seatledger/domain';

/** The facts of workspaces, as the command side holds them: never behind what was accepted. */
export interface WorkspaceHistory {
  /** Lends the state to `look`; what is made of it must be made before `look` returns. */
  inspect<Result>(workspaceId: string, look: (state: WorkspaceState, revision: number) => Result): Promise<Result>;
}

export interface ContractHistory {
  /** The contract and its stream's revision; undefined when none was opened. */
  find(workspaceId: string): Promise<{ contract: OpenedContract; revision: number } | undefined>;

  /** From here on the terms of the month and of those before it stand fast. */
  lockTerms(workspaceId: string, month: BillingMonth, correlationId: string): Promise<void>;
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
