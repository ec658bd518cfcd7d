/** A point in time: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

/** A fact that was decided: what happened, and when it took effect. */
export interface DomainEvent<Type extends string, Data> {
  readonly type: Type;
  readonly data: Data;
  readonly occurredAt: Instant;
}

/** RFC 3339 in UTC with milliseconds, the form in which instants are in events and answers. */
export function formatInstant(instant: Instant): string {
  if (instant !== formatted.instant) formatted = { instant, text: new Date(instant).toISOString() };
  return formatted.text;
}
/** The last one: most facts that are recorded together happened now. */
let formatted = { instant: 0, text: '1970-01-01T00:00:00.000Z' };
