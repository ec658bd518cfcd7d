/**
 * `npm run check:documents`: our documents judged by the official rules. Needs Java and Maven; where they
 * are missing it says so and checks nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { compileJudges, hasJava } from './java';
import { judgePdfs } from './pdf';

async function check(): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), 'seatledger-check-'));
  try {
    const judge = await compileJudges();
    const { documents, findings, missed } = await judgePdfs(judge, path.join(folder, 'pdf'));
    for (const { file, rules, rule, message, place } of findings) {
      console.error(`${path.basename(file)}: ${rules} ${rule}: ${message} (${place})`);
    }
    for (const fault of missed) console.error(`a fault made on purpose was not found: ${fault}`);
    console.log(`PDF/A-3u, PDF/A-3a and PDF/UA-1: ${documents} documents judged, ${findings.length} findings`);
    return findings.length + missed.length === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (!hasJava()) {
  console.log('SKIPPED: the official rules need Java 17 and Maven, which this machine has not.');
} else {
  check().then(
    (isSound) => (process.exitCode = isSound ? 0 : 1),
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
