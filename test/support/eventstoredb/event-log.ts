/** An event as it lies in the log; data and metadata are the bytes that the client sent. */
export interface LoggedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly created: Date;
}

export type ProposedEvent = Pick<LoggedEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** What an append says about the stream; -1 is a stream without events. */
export type Expected = number | 'any' | 'stream-exists';

export type AppendOutcome =
  | { readonly kind: 'written' | 'repeated'; readonly revision: number; readonly position: number }
  | { readonly kind: 'wrong-revision'; readonly current: number };

/** What every record has besides its content, in bytes: positions are far apart, as in a real log. */
const RECORD_OVERHEAD = 100;

/** The log that all members of a test cluster share, with the server's rules for appends. */
export class EventLog {
  readonly events: LoggedEvent[] = [];
  private readonly streams = new Map<string, LoggedEvent[]>();
  private readonly listeners = new Set<() => void>();
  private end = 0;

  constructor() {
    this.writeSystemEvents(1);
  }

  /** A stream's events in order; undefined for one that never was. */
  stream(name: string): readonly LoggedEvent[] | undefined {
    return this.streams.get(name);
  }

  append(stream: string, expected: Expected, proposed: readonly ProposedEvent[]): AppendOutcome {
    const existing = this.streams.get(stream) ?? [];
    const current = existing.length - 1;
    const repeated = this.repeats(existing, expected, proposed);
    if (repeated !== undefined) return { kind: 'repeated', revision: repeated.revision, position: repeated.position };
    const isExpected = expected === 'any' || (expected === 'stream-exists' ? current >= 0 : expected === current);
    if (!isExpected) return { kind: 'wrong-revision', current };
    for (const event of proposed) this.write(stream, event);
    for (const listener of [...this.listeners]) listener();
    const last = this.streams.get(stream)!.at(-1)!;
    return { kind: 'written', revision: last.revision, position: last.position };
  }

  /** What a server writes by itself: elections, statistics, users. */
  writeSystemEvents(count: number): void {
    for (let index = 0; index < count; index += 1) {
      this.write('$epoch-information', {
        id: crypto.randomUUID(),
        type: '$epoch-information',
        contentType: 'application/json',
        data: Buffer.from('{}'),
        metadata: new Uint8Array(),
      });
    }
    for (const listener of [...this.listeners]) listener();
  }

  /** Calls back after every append until told to stop. */
  onAppend(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The first index whose event lies at the position or after it. */
  indexFrom(position: number): number {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.events[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * An append is a repeat when its events are in the stream already: right behind the expected
   * revision, or, when it expects none, anywhere in order. Of a repeat the last event is returned.
   */
  private repeats(
    existing: readonly LoggedEvent[],
    expected: Expected,
    proposed: readonly ProposedEvent[],
  ): LoggedEvent | undefined {
    const [first] = proposed;
    if (first === undefined) return undefined;
    const from = typeof expected === 'number' ? expected + 1 : existing.findIndex(({ id }) => id === first.id);
    if (from < 0 || !proposed.every(({ id }, index) => existing[from + index]?.id === id)) return undefined;
    return existing[from + proposed.length - 1];
  }

  private write(stream: string, event: ProposedEvent): void {
    const events = this.streams.get(stream) ?? [];
    this.streams.set(stream, events);
    const logged = { ...event, stream, revision: events.length, position: this.end, created: new Date() };
    this.end += RECORD_OVERHEAD + stream.length + event.data.length + event.metadata.length;
    events.push(logged);
    this.events.push(logged);
  }
}
