import { LRUCache } from 'lru-cache';

import { decode, type StoredEvent } from './codec';
import { encrypted, encryptedTexts, ownerOf, type PersonalDataKeys } from './personal-data';
import { type EventStorage, type EventToAppend, type RecordedEvent } from './port';
import { type KeyOwner } from './schemas/personal-properties';
import { type BillingEvent } from './schemas/types';

/** Events in the clear, {@link DISPOSED} where a key was destroyed. @throws {UnreadableEvent} */
export async function decodeAll(recorded: readonly RecordedEvent[], keys: PersonalDataKeys): Promise<StoredEvent[]> {
  const texts = recorded.flatMap(encryptedTexts);
  const decrypt = texts.length === 0 ? () => undefined : await keys.decrypterOf(texts);
  return recorded.map((event) => decode(event, decrypt));
}

/** Encrypts the personal data of events on their way into a stream. */
export class EventEncryption {
  /** Whose key the later events of a stream are encrypted with. */
  private readonly ownersOfStreams = new LRUCache<string, KeyOwner>({ max: 50_000 });

  constructor(
    private readonly storage: Pick<EventStorage, 'readStream'>,
    private readonly keys: PersonalDataKeys,
  ) {}

  /** What makes the data to record of each of these events, with the keys that they need. */
  async encrypterOf(
    stream: string,
    events: readonly BillingEvent[],
  ): Promise<(event: BillingEvent) => EventToAppend['data']> {
    const owners = new Map<BillingEvent, KeyOwner>();
    for (const event of events) {
      const owner = ownerOf(event, stream);
      if (owner !== undefined)
        owners.set(event, owner === 'of-first-event' ? await this.ownerOf(stream, events) : owner);
    }
    if (owners.size === 0) return ({ data }) => data;
    const encrypt = await this.keys.encrypterFor([...new Set(owners.values())]);
    return (event) => {
      const owner = owners.get(event);
      return owner === undefined ? event.data : encrypted(event, (text) => encrypt(owner, text));
    };
  }

  /** The owner of a stream's first event, which decides for those that follow. */
  private async ownerOf(stream: string, events: readonly BillingEvent[]): Promise<KeyOwner> {
    const known = this.ownersOfStreams.get(stream);
    if (known !== undefined) return known;
    const [recorded] = await this.storage.readStream(stream, { limit: 1 });
    // What decides whose it is, is not encrypted.
    const first = recorded === undefined ? events[0] : decode(recorded).event;
    const owner = first && ownerOf(first, stream);
    if (owner === undefined || owner === 'of-first-event') {
      throw new Error(`it is not known whose key encrypts the events of ${stream}: its first event does not say`);
    }
    this.ownersOfStreams.set(stream, owner);
    return owner;
  }
}
