interface Waiter {
  readonly position: number;
  readonly wake: () => void;
}

/**
 * Those who wait for events after a position. An append in this process wakes them at once;
 * for appends of other processes the head is read every `interval` ms while a caller waits.
 */
export class Waiters {
  private readonly waiting = new Set<Waiter>();
  private timer: NodeJS.Timeout | undefined;
  private isPolling = false;

  constructor(
    private readonly head: () => number | Promise<number>,
    private readonly interval: number,
  ) {}

  wait(position: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
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
      this.timer ??= setInterval(() => {
        if (!this.isPolling) void this.poll();
      }, this.interval);
      // The head is read only now that an append would wake this waiter: nothing falls in between.
      void this.poll();
    });
  }

  /** Wakes all that wait for something up to this position. */
  reached(position: number): void {
    for (const waiter of this.waiting) if (waiter.position < position) waiter.wake();
  }

  wakeAll(): void {
    this.reached(Infinity);
  }

  private async poll(): Promise<void> {
    this.isPolling = true;
    try {
      this.reached(await this.head());
    } catch {
      // Those who wait read next, and meet the fault where it can be reported.
      this.wakeAll();
    } finally {
      this.isPolling = false;
    }
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
