// Writes dist/sbom.cdx.json: what the product is made of, by its lockfile, in CycloneDX: `npm run sbom`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

const text = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
const { components } = JSON.parse(text);
const file = path.join(root, 'dist/sbom.cdx.json');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, text);
console.log(`${components.length} packages in ${path.relative(root, file)}`);
