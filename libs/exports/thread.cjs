// Starts the thread that writes workbooks. In a build its compiled code lies beside this file; from sources
// (tests, benchmarks) it is TypeScript, which no hook of a test runner compiles in a new thread.
const { existsSync } = require('node:fs');
const path = require('node:path');

if (!existsSync(path.join(__dirname, 'workbook-thread.js'))) require('../../scripts/load-sources.cjs');
require('./workbook-thread');
