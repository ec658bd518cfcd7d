// Writes docs/events.md from the event schemas; npm run docs:events.
import { createRequire } from 'node:module';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const { describeEvents } = createRequire(import.meta.url)(path.join(root, 'dist/libs/event-store/index.js'));
await writeFile(path.join(root, 'docs/events.md'), describeEvents());
