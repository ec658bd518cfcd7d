import { type EmbeddedEventStore, type EventStorage } from '@seatledger/event-store';

/** What only the embedded store can be asked: whether its file and its positions are whole. */
export function embeddedChecksOf(
  store: EventStorage,
): Pick<EmbeddedEventStore, 'checkIntegrity' | 'lastPositionGiven'> | undefined {
  const { checkIntegrity, lastPositionGiven } = store as Partial<EmbeddedEventStore>;
  if (checkIntegrity === undefined || lastPositionGiven === undefined) return undefined;
  return {
    checkIntegrity: () => checkIntegrity.call(store),
    lastPositionGiven: () => lastPositionGiven.call(store),
  };
}
