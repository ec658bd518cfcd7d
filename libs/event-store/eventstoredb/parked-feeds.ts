import { type AllFeed } from './all-feed';

interface Parked {
  readonly feed: AllFeed;
  readonly limit: NodeJS.Timeout;
}

/** Feeds between two pages: a reader that asks for the next page goes on with its subscription. */
export class ParkedFeeds {
  private readonly parked = new Map<string, Parked>();

  /**
   * @param most how many are kept at a time
   * @param milliseconds after which one that nobody came back for is closed
   */
  constructor(
    private readonly most: number,
    private readonly milliseconds: number,
  ) {}

  /** The feed that is where the page is to begin, unless it was aborted meanwhile. */
  take(key: string): AllFeed | undefined {
    const parked = this.parked.get(key);
    if (parked === undefined) return undefined;
    this.parked.delete(key);
    clearTimeout(parked.limit);
    if (parked.feed.isOpen) return parked.feed;
    parked.feed.close();
    return undefined;
  }

  park(key: string, feed: AllFeed): void {
    this.drop(key);
    const [oldest] = this.parked.keys();
    if (this.parked.size >= this.most && oldest !== undefined) this.drop(oldest);
    const limit = setTimeout(() => this.drop(key), this.milliseconds).unref();
    this.parked.set(key, { feed, limit });
  }

  closeAll(): void {
    for (const key of [...this.parked.keys()]) this.drop(key);
  }

  private drop(key: string): void {
    const parked = this.parked.get(key);
    if (parked === undefined) return;
    this.parked.delete(key);
    clearTimeout(parked.limit);
    parked.feed.close();
  }
}
