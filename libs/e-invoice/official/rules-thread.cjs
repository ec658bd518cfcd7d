// Checks documents by a Schematron file in a thread of its own: it computes for about a second a
// document. Plain JavaScript, so that it starts the same from a build and from sources.
const { readFileSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');

const { Schema } = require('node-schematron');

const schema = Schema.fromString(readFileSync(workerData.file, 'utf8'));
if (schema.patterns.length === 0) throw new Error('there are no rules in it');
parentPort.postMessage('ready');

parentPort.on('message', (xml) => {
  try {
    const broken = schema.validateString(xml).filter(({ isReport }) => !isReport);
    parentPort.postMessage({ broken: broken.map(({ assertId, message }) => ({ rule: assertId, text: message })) });
  } catch (error) {
    parentPort.postMessage({ failed: String(error) });
  }
});
