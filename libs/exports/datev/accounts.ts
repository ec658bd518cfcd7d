/** How an accountant's books are laid out; see docs/datev.md. */
export interface DatevAccounts {
  /** Beraternummer and Mandantennummer. */
  readonly consultant: number;
  readonly client: number;
  /** Sachkontenrahmen, `03` or `04`. */
  readonly chart: string;
  /** Digits of a ledger account; a debtor's has one more. */
  readonly accountLength: number;
  /** The month, 1 to 12, with which the fiscal year begins. */
  readonly fiscalYearStart: number;
  /** Revenue accounts by VAT category and rate, `S 19`; of a category `AE`, `O` whatever the rate. */
  readonly revenue: ReadonlyMap<string, string>;
  /** The first debtor account that is given out. */
  readonly firstDebtor: number;
  /** Debtor accounts that workspaces have already. */
  readonly debtors: ReadonlyMap<string, string>;
}

/** SKR03 with automatic accounts: DATEV reckons the VAT out of the gross amount by the account. */
export const DEFAULT_DATEV_ACCOUNTS: DatevAccounts = {
  consultant: 1001,
  client: 1,
  chart: '03',
  accountLength: 4,
  fiscalYearStart: 1,
  revenue: new Map([
    ['S', '8400'],
    ['AE', '8336'],
    ['O', '8338'],
  ]),
  firstDebtor: 10000,
  debtors: new Map(),
};

/** Something is missing in the accounts without which the batch would be wrong. */
export class DatevError extends Error {}

/**
 * Gives each workspace a debtor account: those of the accounts file, the others in the order of
 * their first invoices, so that an account once given stays.
 */
export class DebtorAccounts {
  private readonly accounts = new Map<string, string>();
  private readonly reserved: ReadonlySet<string>;
  private next: number;

  constructor(private readonly config: Pick<DatevAccounts, 'firstDebtor' | 'debtors'>) {
    this.next = config.firstDebtor;
    this.reserved = new Set(config.debtors.values());
  }

  /** To be asked in the order of the invoices. @throws {DatevError} */
  of(workspaceId: string): string {
    const known = this.config.debtors.get(workspaceId) ?? this.accounts.get(workspaceId);
    if (known !== undefined) return known;
    const account = String(this.next);
    if (this.reserved.has(account)) {
      throw new DatevError(`debtor account ${account} is given to another workspace; begin after it with firstDebtor`);
    }
    this.next += 1;
    this.accounts.set(workspaceId, account);
    return account;
  }
}

/** @throws {DatevError} no account is configured for it */
export function revenueAccount(category: string, rate: string, { revenue }: DatevAccounts): string {
  const account = revenue.get(`${category} ${rate}`) ?? revenue.get(category);
  if (account !== undefined) return account;
  throw new DatevError(`revenue has no account for VAT category ${category} at ${rate} %`);
}
