// A process of its own for tests: `node child.cjs unpack|hold CACHE_DIR`. `unpack` gets the bundled
// browser ready; `hold` starts a renderer and waits to be killed.
require('../../../scripts/load-sources.cjs');

const [, , action, cacheDir] = process.argv;

async function main() {
  if (action === 'unpack') {
    const { findBrowser } = require('../../pdf');
    const { executable } = await findBrowser({ cacheDir, searchPath: '' });
    process.stdout.write(executable);
  } else {
    const { createInvoiceRenderer } = require('../invoice-renderer');
    const renderer = createInvoiceRenderer({ cacheDir });
    await renderer.ready();
    process.stdout.write('ready');
    setTimeout(() => undefined, 60_000);
  }
}

main().catch((error) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
