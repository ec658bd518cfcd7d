interface Waiter {
  readonly position: number;
  readonly wake: () => void;
}

/**
 * Those who wait for events after a position. An append in this process wakes them at once;
 * for appends of other processes the head is read every `interval` ms while somebody waits.
 */
export class Waiters {
  private readonly waiting = new Set<Waiter>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly head: () => number,
    private readonly interval: number,
  ) {}

  wait(position: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.head() > position) return Promise.resolve();
    return new Promise((resolve) => {
      const waiter: Waiter = {
        position,
        wake: () => {
          this.waiting.delete(waiter);
          signal.removeEventListener('abort', waiter.wake);
          if (this.waiting.size === 0) this.stop();
          resolve();
        },
      };
      this.waiting.add(waiter);
      signal.addEventListener('abort', waiter.wake);
      this.timer ??= setInterval(() => this.poll(), this.interval);
    });
  }

  /** Wakes whoever waits for something up to this position. */
  reached(position: number): void {
    for (const waiter of this.waiting) if (waiter.position < position) waiter.wake();
  }

  wakeAll(): void {
    this.reached(Infinity);
  }

  private poll(): void {
    try {
      this.reached(this.head());
    } catch {
      // Whoever waits will read next, and meet the fault where it can be reported.
      this.wakeAll();
    }
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
