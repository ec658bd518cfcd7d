import { Inject, Injectable } from '@nestjs/common';
import { type Configuration, configuration } from '@seatledger/configuration';

import { CLOCK, type Clock } from '../infrastructure/clock';
import { TooManyRequests } from './problems';

const WINDOW_MS = 60_000;
const MAX_OPEN_STREAMS = 16;
/** When a stream may end is not known. */
const RETRY_STREAM_SECONDS = 10;

/** What each key may do at once and in a minute, besides its requests: commands, whichever way they come, and open streams. */
@Injectable()
export class KeyLimits {
  private readonly windows = new Map<string, { readonly endsAt: number; commands: number }>();
  private readonly streams = new Map<string, number>();

  constructor(
    @Inject(configuration.KEY) private readonly config: Pick<Configuration, 'rateLimitPerMinute'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Counts commands of a key.
   * @returns 0, or how many milliseconds they must wait, uncounted. More than a minute's worth pass when nothing went before
   */
  waitFor(keyId: string, commands: number): number {
    const now = this.clock();
    const current = this.windows.get(keyId);
    const window = current === undefined || now >= current.endsAt ? { endsAt: now + WINDOW_MS, commands: 0 } : current;
    this.windows.set(keyId, window);
    if (window.commands > 0 && window.commands + commands > this.config.rateLimitPerMinute) return window.endsAt - now;
    window.commands += commands;
    return 0;
  }

  /** @throws {TooManyRequests} */
  count(keyId: string, commands: number): void {
    const waitMs = this.waitFor(keyId, commands);
    if (waitMs > 0) throw new TooManyRequests(Math.ceil(waitMs / 1000));
  }

  /** @returns what ends the stream @throws {TooManyRequests} */
  openStream(keyId: string): () => void {
    const open = this.streams.get(keyId) ?? 0;
    if (open >= MAX_OPEN_STREAMS) throw new TooManyRequests(RETRY_STREAM_SECONDS);
    this.streams.set(keyId, open + 1);
    let isOpen = true;
    return () => {
      if (isOpen) this.streams.set(keyId, (this.streams.get(keyId) ?? 1) - 1);
      isOpen = false;
    };
  }
}
