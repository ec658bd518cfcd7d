/** "SLev" in ASCII: distinguishes the file of the event store from any other SQLite file. */
export const APPLICATION_ID = 0x534c6576;

/** One script for each schema version, oldest first. Released scripts never change. */
export const SCHEMA: readonly string[] = [
  // AUTOINCREMENT: a position is never given twice, even if the last event were taken out by hand.
  `CREATE TABLE events (
     position INTEGER PRIMARY KEY AUTOINCREMENT,
     stream TEXT NOT NULL,
     revision INTEGER NOT NULL,
     id TEXT NOT NULL,
     type TEXT NOT NULL,
     data TEXT NOT NULL,
     metadata TEXT NOT NULL,
     UNIQUE (stream, revision)
   ) STRICT`,
];

export const HEAD = 'SELECT coalesce(max(position), 0) FROM events';

/** Kept by AUTOINCREMENT, in the transaction that gives the position. */
export const LAST_POSITION_GIVEN = "SELECT seq FROM sqlite_sequence WHERE name = 'events'";

export const STREAM_REVISION = 'SELECT max(revision) FROM events WHERE stream = ?';

/**
 * Appends only where the stream is at the revision before: checked inside the transaction
 * that writes, so there is nothing between the check and the event.
 */
export const APPEND_ONE = `
  INSERT INTO events (stream, revision, id, type, data, metadata)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6
  WHERE (SELECT coalesce(max(revision), -1) FROM events WHERE stream = ?1) = ?2 - 1`;

/** The same for several events at once, given as a JSON array of [id, type, data, metadata]. */
export const APPEND_MANY = `
  INSERT INTO events (stream, revision, id, type, data, metadata)
  SELECT ?1, ?2 + key, value ->> 0, value ->> 1, value ->> 2, value ->> 3
  FROM json_each(?3)
  WHERE (SELECT coalesce(max(revision), -1) FROM events WHERE stream = ?1) = ?2 - 1
  ORDER BY key`;

export const IDS = 'SELECT id, position FROM events WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision';

/** What an event is made of, each as a JSON value, in the order that `eventsIn` reads. */
const FIELDS = [
  ...['stream', 'id', 'type'].map((name) => `json_quote(CAST(${name} AS TEXT))`),
  'revision',
  'position',
  'data',
  'metadata',
];
export const FIELD_COUNT = FIELDS.length;

const inArrays = (fields: readonly string[]): string =>
  `CAST('[' || ${fields.map((field) => `'[' || ${field} || ']'`).join(" || ',' || ")} || ']' AS BLOB)`;

/**
 * The events that a query selects as one JSON text, an array for each field, and how many they
 * are: parsed at once, which is several times quicker than a row for each. As bytes, which are
 * checked first: a text that one damaged byte made no UTF-8 any more would end the process inside
 * the `libsql` driver. SQLite keeps the order of a subquery for an aggregate that depends on it.
 */
export const inOneBlob = (events: string): string =>
  `SELECT ${inArrays(FIELDS.map((field) => `group_concat(${field})`))}, count(*) FROM (${events})`;

/** The same with a blob, revision and position for each event, to find the one that cannot be read. */
export const inBlobs = (events: string): string => `SELECT ${inArrays(FIELDS)}, revision, position FROM (${events})`;

export const STREAM_FORWARD = 'SELECT * FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?';
export const STREAM_BACKWARD = 'SELECT * FROM events WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?';

export const LATEST_EVENT = 'SELECT * FROM events ORDER BY position DESC LIMIT 1';

/** Of the positions after the first up to the second; lists of types and prefixes as JSON arrays. */
export function readAllSql(byType: boolean, byPrefix: boolean): string {
  return `
    SELECT * FROM events
    WHERE position > ?1 AND position <= ?2
    ${byType ? 'AND type IN (SELECT value FROM json_each(?4))' : ''}
    ${byPrefix ? 'AND EXISTS (SELECT 1 FROM json_each(?5) WHERE substr(stream, 1, length(value)) = value)' : ''}
    ORDER BY position LIMIT ?3`;
}

/** Streams whose revisions are not 0, 1, 2, ... without a gap; their names as bytes, see inOneBlob. */
export const BROKEN_STREAMS = `
  SELECT CAST(stream AS BLOB), count(*), min(revision), max(revision) FROM events
  GROUP BY stream HAVING min(revision) <> 0 OR max(revision) <> count(*) - 1 LIMIT 10`;
