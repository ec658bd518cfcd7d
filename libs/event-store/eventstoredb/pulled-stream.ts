import { Interrupted } from './faults';

/** What is used of a readable stream in object mode. */
interface ItemStream {
  on(event: string, listener: (error: unknown) => void): unknown;
  removeAllListeners(event: string): unknown;
  read(): unknown;
  resume(): unknown;
}

/**
 * Reads a stream of the client item by item as fast as the reader asks: what is not asked for stays in
 * the stream's buffer, and beyond that with the server. Reads and subscriptions have no deadline
 * in the client, so a server that goes silent is noticed here.
 */
export class PulledStream<Item> {
  private failure: Error | undefined;
  private hasEnded = false;
  private wake: () => void = () => undefined;

  /**
   * @param cancel ends the call behind the stream
   * @param silence how long nothing may come, in ms
   */
  constructor(
    private readonly stream: ItemStream,
    private readonly cancel: () => Promise<void>,
    private readonly silence: number,
  ) {
    stream.on('readable', () => this.wake());
    stream.on('end', () => {
      this.hasEnded = true;
      this.wake();
    });
    // Without an end before it something is missing, and half a history must not pass for a whole one.
    stream.on('close', () => {
      if (!this.hasEnded) this.failure ??= new Interrupted('the connection was closed');
      this.wake();
    });
    // Stays until the end of the process: an error that nobody listens to would end it.
    stream.on('error', (error) => {
      this.failure ??= error instanceof Error ? error : new Interrupted(String(error));
      this.wake();
    });
  }

  /** Whether there may be more to read. */
  get isOpen(): boolean {
    return this.failure === undefined && !this.hasEnded;
  }

  /** The next item, or undefined after the last. @throws what the call failed with, or {@link Interrupted} */
  async next(): Promise<Item | undefined> {
    for (;;) {
      const item = this.stream.read() as Item | null;
      if (item !== null) return item;
      if (this.failure !== undefined) throw this.failure;
      if (this.hasEnded) return undefined;
      await this.somethingToRead();
    }
  }

  /** Ends the call; what is still on its way is read and dropped, else the client keeps the call for ever. */
  close(): void {
    this.failure ??= new Interrupted('the reader has stopped');
    this.wake();
    this.stream.removeAllListeners('readable');
    this.stream.resume();
    // Without a call there is nothing to cancel; that it never came about was told already.
    this.cancel().catch(() => undefined);
  }

  private somethingToRead(): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.wake = () => undefined;
        reject(new Interrupted(`no answer within ${this.silence} ms`));
      }, this.silence);
      this.wake = () => {
        this.wake = () => undefined;
        clearTimeout(limit);
        resolve();
      };
    });
  }
}
