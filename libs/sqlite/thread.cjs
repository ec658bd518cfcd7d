// Starts the writer's thread. In a build its compiled code lies beside this file. From sources
// (tests, benchmarks) it is TypeScript, and no hook of a test runner reaches into a new thread:
// there it is compiled while it is loaded.
const { existsSync } = require('node:fs');
const path = require('node:path');

if (!existsSync(path.join(__dirname, 'writer-thread.js'))) require('./load-sources.cjs');
require('./writer-thread');
