/** How long a stream may go without a whole line, or without that its answers are taken. */
const IDLE_MS = 5 * 60_000;
const INTERVAL_MS = 1000;

/** Ends a stream whose key is let in no longer, or on which nothing happens. */
export class StreamWatch {
  private readonly ending = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private activeAt: number;

  constructor(
    private readonly isLetIn: () => boolean,
    private readonly clock: () => number,
  ) {
    this.activeAt = clock();
    this.timer = setInterval(() => this.check(), INTERVAL_MS);
    this.timer.unref();
  }

  /** Aborted when the stream has to end. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** Something was read or taken. */
  note(): void {
    this.activeAt = this.clock();
  }

  /** Whether the stream may go on. */
  check(): boolean {
    if (!this.isLetIn() || this.clock() - this.activeAt >= IDLE_MS) this.ending.abort();
    return !this.signal.aborted;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
