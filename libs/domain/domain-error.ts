/** Why a command was not executed. The outside maps `kind` to a status and shows the rest. */
export type DomainErrorKind = 'invalid' | 'not-found' | 'conflict' | 'rule-violated';

/** A refusal by a rule of the domain: nothing was changed. */
export class DomainError extends Error {
  constructor(
    readonly kind: DomainErrorKind,
    /** Stable and machine-readable, such as `out-of-order`. */
    readonly code: string,
    /** One sentence for the caller, naming what is wrong; no personal data. */
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
    this.name = 'DomainError';
  }
}

export const notFound = (code: string, detail: string): DomainError => new DomainError('not-found', code, detail);
export const conflict = (code: string, detail: string): DomainError => new DomainError('conflict', code, detail);
export const ruleViolated = (code: string, detail: string): DomainError =>
  new DomainError('rule-violated', code, detail);
