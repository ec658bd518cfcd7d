// Lets `require` load TypeScript, for tests and benchmarks that start a process or a thread of
// their own: `node -r ./scripts/load-sources.cjs file.ts`. Not used in a build.
const { transformFileSync } = require('@swc/core');
const options = require('./swc-options.cjs');

require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);
