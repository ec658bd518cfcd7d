/** When the connection is cut: before an append is written, or after it and without an answer. */
export type CutMoment = 'before-write' | 'after-write';

/** Faults of a member, switched on by a test. Those that are counted pass by themselves. */
export class Faults {
  private readonly cuts: CutMoment[] = [];
  private readonly wrongRevisions: number[] = [];
  private readonly subscriptionDrops: number[] = [];
  private held: Promise<void> | undefined;

  /** Cuts all connections at the next append, once for each call of this. */
  cutNextAppend(moment: CutMoment): void {
    this.cuts.push(moment);
  }

  /** Answers the next append as if the stream was at this revision. */
  refuseNextAppend(current: number): void {
    this.wrongRevisions.push(current);
  }

  /** Aborts the next subscription after so many events, once for each call of this. */
  dropNextSubscription(afterEvents: number): void {
    this.subscriptionDrops.push(afterEvents);
  }

  /** Holds back every answer until the returned function is called. */
  holdAnswers(): () => void {
    let release = (): void => undefined;
    this.held = new Promise((resolve) => {
      release = () => {
        this.held = undefined;
        resolve();
      };
    });
    return release;
  }

  /** Resolves when answers may be given. */
  async released(): Promise<void> {
    await this.held;
  }

  isCut(moment: CutMoment): boolean {
    if (this.cuts[0] !== moment) return false;
    this.cuts.shift();
    return true;
  }

  wrongRevision(): number | undefined {
    return this.wrongRevisions.shift();
  }

  subscriptionDrop(): number {
    return this.subscriptionDrops.shift() ?? Infinity;
  }
}
