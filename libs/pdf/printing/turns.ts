import { closedError, RenderError } from './render-error';

/** Lets so many work at the same time; the others wait in the order they came. */
export class Turns {
  private busy = 0;
  private closed = false;
  private readonly waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting: number,
  ) {}

  /** How many wait. */
  get queued(): number {
    return this.waiting.length;
  }

  /** @throws {RenderError} too many wait already, or it is closed; else what `work` throws */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.begin();
    try {
      return await work();
    } finally {
      this.end();
    }
  }

  /** Refuses all who wait, and who comes later. */
  close(): void {
    this.closed = true;
    for (const { reject } of this.waiting.splice(0)) reject(closedError());
  }

  private async begin(): Promise<void> {
    if (this.closed) throw closedError();
    if (this.busy < this.atOnce) {
      this.busy += 1;
      return;
    }
    if (this.waiting.length >= this.mostWaiting) {
      throw new RenderError('overloaded', `${this.waiting.length} documents wait to be printed already`);
    }
    await new Promise<void>((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  /** Hands this turn to who waits longest. */
  private end(): void {
    const longest = this.waiting.shift();
    if (longest === undefined) this.busy -= 1;
    else longest.resolve();
  }
}
