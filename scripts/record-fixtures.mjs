// Records golden fixtures for new event types or versions; npm run fixtures:record -- EXAMPLES.json.
// EXAMPLES.json holds, by event type, the stream that it is in and the data of some events:
// { "TeamArchived": { "stream": "workspace-acme", "data": [{ "teamId": "red" }] } }
// Until the first release: npm run fixtures:record -- --again [TYPE...] records those that are there
// once more, from their own data and streams.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const fixtures = path.join(root, 'libs/event-store/schemas/fixtures');
const require = createRequire(import.meta.url);
require('./load-sources.cjs');
const {
  EventStore,
  openEmbeddedEventStore,
  commandIdOf,
  PERSONAL_PROPERTIES,
} = require('../libs/event-store/index.ts');
const { KnownKeys } = require('../libs/personal-data/testing.ts');

const [examplesFile, ...typesAgain] = process.argv.slice(2);
if (examplesFile === undefined) {
  process.stderr.write('usage: npm run fixtures:record -- EXAMPLES.json | --again [TYPE...]\n');
  process.exit(2);
}
const isAgain = examplesFile === '--again';
const examples = isAgain ? recordedExamples(typesAgain) : JSON.parse(readFileSync(examplesFile, 'utf8'));
const folder = mkdtempSync(path.join(tmpdir(), 'fixtures-'));
try {
  for (const [type, { stream, data }] of Object.entries(examples)) {
    // A store for each, so that positions count from 1.
    const store = await openEmbeddedEventStore({ file: path.join(folder, `${type}.db`) });
    const clock = () => Date.parse('2026-03-31T22:30:00.250Z');
    const eventStore = new EventStore(beginning(store), clock, new KnownKeys());
    const entries = data.map((one, index) => ({
      origin: {
        commandId: commandIdOf(stream, `example-${index}`),
        correlationId: `b4a0d1f8-1c9e-4a52-8f9a-1f6f3a0e000${index}`,
        actor: 'product-1a2b3c4d',
        // As a request under a key leaves it; others have none.
        ...(index === 0
          ? { request: { key: 'order 7 / "ü"', hash: 'q8X1v0rY3l2QxwAq1y6y0m9wq0l8x2m5b7t4u6p3s1o' } }
          : {}),
      },
      events: [{ type, data: one, occurredAt: Date.parse('2026-03-31T21:59:59.999Z') + index }],
    }));
    await eventStore.append(stream, 'no-stream', entries);
    const recorded = await store.readStream(stream);
    await store.close();
    const name = `${recorded[0].type}.json`;
    const file = path.join(fixtures, name);
    if (existsSync(file) && !isAgain)
      throw new Error(`${name} is there already: a fixture is kept for ever; make a new version`);
    const text = `${JSON.stringify(recorded, null, 2)}\n`;
    writeFileSync(file, text);
    // What is recorded encrypted is shown here as it is read.
    if (PERSONAL_PROPERTIES[type] !== undefined) {
      writeFileSync(path.join(fixtures, 'read', name), `${JSON.stringify(data, null, 2)}\n`);
    }
    process.stdout.write(`${name}: ${recorded.length} events\n`);
  }
  writeSums();
} finally {
  rmSync(folder, { recursive: true });
}

function recordedFiles() {
  return readdirSync(fixtures)
    .filter((name) => /\.v\d+\.json$/.test(name))
    .sort();
}

function recordedExamples(types) {
  const names = recordedFiles().filter((name) => types.length === 0 || types.includes(name.split('.')[0]));
  return Object.fromEntries(
    names.map((name) => {
      const events = JSON.parse(readFileSync(path.join(fixtures, name), 'utf8'));
      const shown = path.join(fixtures, 'read', name);
      const data = existsSync(shown) ? JSON.parse(readFileSync(shown, 'utf8')) : events.map((event) => event.data);
      return [name.split('.')[0], { stream: events[0].stream, data }];
    }),
  );
}

function writeSums() {
  const sumOf = (name) =>
    createHash('sha256')
      .update(readFileSync(path.join(fixtures, name)))
      .digest('hex');
  const lines = recordedFiles().map((name) => `${sumOf(name)}  ${name}\n`);
  writeFileSync(path.join(fixtures, 'SHA256SUMS'), lines.join(''));
}

/** A store whose streams seem to begin with an invoice: whose key encrypts the events after it, it says. */
function beginning(store) {
  const [issued] = JSON.parse(readFileSync(path.join(fixtures, 'InvoiceIssued.v1.json'), 'utf8'));
  const readStream = async (stream, options) => {
    const found = await store.readStream(stream, options);
    return found.length === 0 ? [issued] : found;
  };
  return Object.assign(Object.create(store), { readStream });
}
