// Starts a thread of this library. In a build its compiled code lies beside this file. From sources
// (tests, benchmarks) it is TypeScript, and no hook of a test runner reaches into a new thread:
// there it is compiled while it is loaded.
const { existsSync } = require('node:fs');
const path = require('node:path');

if (!existsSync(path.join(__dirname, 'thread-task.js'))) require('./load-sources.cjs');
require('./thread-task');
