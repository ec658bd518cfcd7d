// A process of its own for tests: `node child.cjs unpack|hold CACHE_DIR`. `unpack` gets the bundled
// browser ready; `hold` starts a browser and waits to be killed.
require('../../../scripts/load-sources.cjs');

const { findBrowser, findBrowsers, PrintPool, SILENT } = require('..');

const [, , action, cacheDir] = process.argv;

async function main() {
  if (action === 'unpack') {
    const { executable } = await findBrowser({ cacheDir, searchPath: '' });
    process.stdout.write(executable);
  } else {
    const programs = () => findBrowsers({ cacheDir });
    await new PrintPool({ cacheDir, programs, pages: 1, timeLimit: 60_000, log: SILENT }).ready();
    process.stdout.write('ready');
    process.stdin.resume();
  }
}

main().catch((error) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
