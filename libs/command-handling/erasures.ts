import { setTimeout as delay } from 'node:timers/promises';

import { decode, type EventStorage, recordedTypes, subjectOf } from '@seatledger/event-store';
import { type PersonalData } from '@seatledger/personal-data';

export interface ErasureFollowerOptions {
  /** How long to wait after something was recorded before looking at it, in ms. */
  readonly interval?: number;
  readonly onFailure?: (error: unknown) => void;
}

/** So many positions later the place is noted, when nobody was erased. */
const NOTE_EVERY = 10_000;
const PAGE = 500;
const MAX_PAUSE = 60_000;

/**
 * Sees to it that every recorded erasure reaches the keys. The command that erases destroys the
 * key itself before it is answered; this follows the history for all other cases: the process
 * died in between, another process erased and this one still remembers the key, or older keys
 * were restored from a backup.
 */
export class ErasureFollower {
  private readonly aborter = new AbortController();
  private loop: Promise<void> | undefined;
  private position = 0;
  private noted = 0;
  /** One was, since the place was noted. */
  private erased = false;

  constructor(
    private readonly store: EventStorage,
    private readonly personalData: PersonalData,
    private readonly options: ErasureFollowerOptions = {},
  ) {}

  start(): void {
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.aborter.abort();
    await this.loop;
  }

  /** Executes all erasures recorded by now. */
  async catchUp(): Promise<void> {
    if (this.position === 0) this.position = this.noted = await this.beginning();
    for (let atEnd = false; !atEnd && !this.aborter.signal.aborted;) {
      if (this.erased || this.position - this.noted >= NOTE_EVERY) await this.note();
      const page = await this.store.readAll({
        after: this.position,
        limit: PAGE,
        types: recordedTypes(['MemberErased']),
      });
      await Promise.all(
        page.events.map(async (recorded) => {
          const { event } = decode(recorded);
          if (event.type !== 'MemberErased') return;
          const { memberId, keyGeneration: generation } = event.data;
          await this.personalData.destroy(subjectOf(recorded.stream), { memberId, generation });
        }),
      );
      ({ position: this.position, atEnd } = page);
      this.erased ||= page.events.length > 0;
    }
  }

  private async run(): Promise<void> {
    const { interval = 1_000, onFailure } = this.options;
    const { signal } = this.aborter;
    for (let pause = interval; !signal.aborted;) {
      try {
        await this.catchUp();
        pause = interval;
        await this.store.waitForEvents(this.position, signal);
      } catch (error) {
        onFailure?.(error);
        pause = Math.min(pause * 2, MAX_PAUSE);
      }
      // What is recorded meanwhile is looked at together.
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Where to go on: the place noted, if this is still the history that it was noted in. */
  private async beginning(): Promise<number> {
    const followed = await this.personalData.followedTo();
    if (followed === undefined) return 0;
    return (await this.idBehind(followed.position)) === followed.nextEventId ? followed.position : 0;
  }

  /** Notes the place as soon as an event is behind it, by which it is known again. */
  private async note(): Promise<void> {
    const nextEventId = await this.idBehind(this.position);
    if (nextEventId === undefined) return;
    await this.personalData.noteFollowed({ position: this.position, nextEventId });
    this.noted = this.position;
    this.erased = false;
  }

  private async idBehind(position: number): Promise<string | undefined> {
    const [event] = (await this.store.readAll({ after: position, limit: 1 })).events;
    return event?.id;
  }
}
