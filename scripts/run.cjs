// Builds, and runs a program of the build: `node scripts/run.cjs apps/billing/main.js`; without a program it only
// builds. As what runs first it is read by Nodes that are too old for the rest, too: nothing newer than ES5.
'use strict';

require('../apps/check-node.cjs');
require('./run-program.cjs');
