// Fails on known vulnerabilities of what the product runs with, from "high" on: `npm run audit:packages`.
// Where the registry does not answer questions of that kind, it says so and passes.
import { spawnSync } from 'node:child_process';

const { stdout } = spawnSync('npm', ['audit', '--omit', 'dev', '--json'], { encoding: 'utf8' });
const { vulnerabilities, error, message } = JSON.parse(stdout || '{}');
if (vulnerabilities === undefined) {
  console.warn(`the advisories cannot be reached, nothing was checked: ${message ?? error?.summary ?? 'no answer'}`);
} else {
  const grave = Object.values(vulnerabilities).filter(({ severity }) => ['high', 'critical'].includes(severity));
  for (const { name, severity, range } of grave) console.error(`${name} ${range}: ${severity}`);
  console.log(
    `${Object.keys(vulnerabilities).length} packages with known vulnerabilities, ${grave.length} of them grave`,
  );
  process.exitCode = grave.length === 0 ? 0 : 1;
}
