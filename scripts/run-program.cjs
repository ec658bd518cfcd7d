const { spawnSync } = require('node:child_process');
const path = require('node:path');

const ROOT = path.join(__dirname, '..');
/** How often to look whether the shell still runs, in milliseconds. */
const INTERVAL_MS = 200;

/**
 * npm hands a signal to the shell that it runs scripts in, and most shells end without handing it on: the
 * service would go on without npm. So it stops when that shell is gone. On Windows there are no such signals,
 * and Ctrl+C reaches everything in its window by itself.
 */
function stopWithTheShell() {
  const isNpmScript = (process.env.npm_lifecycle_script ?? '').includes('scripts/run.cjs');
  if (process.platform === 'win32' || !isNpmScript) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, INTERVAL_MS).unref();
}

function build() {
  const { status } = spawnSync(process.execPath, [path.join(__dirname, 'build.mjs')], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

stopWithTheShell();
build();
const [, , program] = process.argv;
if (program !== undefined) {
  const main = path.join(ROOT, 'dist', program);
  // In this process, which so gets the signals itself; it sees its own parameters as if it had been started alone.
  process.argv.splice(1, 2, main);
  require(main);
}
