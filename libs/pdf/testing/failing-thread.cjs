// Replaces the finishing thread in tests: the author says what happens to a document.
require('../../../scripts/load-sources.cjs');
const { existsSync, writeFileSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');

const { lastWordsOnFailure } = require('../../threads/index.ts');

lastWordsOnFailure(parentPort);
parentPort.on('message', ({ facts: { author: number } }) => {
  const [what, file] = number.split(' ');
  if (what === 'hang') return;
  if (what === 'die') process.exit(3);
  if (what === 'die-once' && !existsSync(file)) {
    writeFileSync(file, '');
    process.exit(3);
  }
  if (what === 'throw') return void parentPort.postMessage(() => undefined);
  if (what === 'exhaust') for (const all = []; ;) all.push(new Array(1000).fill(number));
  parentPort.postMessage(
    what === 'fail' ? { problem: 'no PDF' } : { pdf: new Uint8Array(1), sha256: number, pages: 1 },
  );
});
parentPort.postMessage('ready');
