// Does what it is told, for tests of how threads end. With TypeScript of this library, which no hook of a test
// runner compiles in a new thread.
require('../../../scripts/load-sources.cjs');
const { parentPort } = require('node:worker_threads');

const { lastWordsOnFailure, ownBytes } = require('../index.ts');

const pooled = (size) => Buffer.from('x'.repeat(size));
const actions = {
  handOverOwn: (size) => {
    const bytes = ownBytes(pooled(size));
    parentPort.postMessage({ bytes }, [bytes.buffer]);
  },
  reject: () => void Promise.resolve().then(() => parentPort.postMessage(() => undefined)),
  throw: () => {
    throw new TypeError('at once');
  },
  throwNothing: () => {
    throw undefined;
  },
  exit: () => process.exit(3),
  exhaust: () => {
    for (const all = []; ;) all.push(new Array(1000).fill(all.length));
  },
};

lastWordsOnFailure(parentPort);
parentPort.on('message', ({ action, size }) => actions[action](size));
