/** Why a command was not carried out. The outside maps `kind` to a status and shows the rest. */
export type ProblemKind = 'invalid' | 'not-found' | 'conflict' | 'rule-violated';

/** A refusal by a rule of the domain: nothing was changed. */
export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    /** Stable and machine-readable, such as `out-of-order`. */
    readonly code: string,
    /** One sentence for the caller, naming what is wrong; no personal data. */
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
    this.name = 'Problem';
  }
}

export const notFound = (code: string, detail: string): Problem => new Problem('not-found', code, detail);
export const conflict = (code: string, detail: string): Problem => new Problem('conflict', code, detail);
export const ruleViolated = (code: string, detail: string): Problem => new Problem('rule-violated', code, detail);
