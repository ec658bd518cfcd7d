/** A unit that the invoice bills, as its annex lists it. */
export interface AnnexUnit {
  readonly unitId: string;
  /** Empty when the member was erased. */
  readonly name: string;
  /** Decimal string. */
  readonly quantity: string;
  /** Names of the member's teams, for user licenses. */
  readonly teams?: readonly string[];
}
