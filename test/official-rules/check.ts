/**
 * `npm run check:documents`: our documents judged by the official rules. Needs Java and Maven; where they
 * are missing it says so and checks nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { compileJudges, hasJava, type Judgement } from './java';
import { judgePdfs } from './pdf';
import { judgeXRechnungen } from './xml';

async function check(): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), 'seatledger-check-'));
  try {
    const judge = await compileJudges();
    const xml = await judgeXRechnungen(judge, path.join(folder, 'xml'));
    const pdf = await judgePdfs(judge, path.join(folder, 'pdf'));
    return [report('XRechnung', xml), report('PDF/A-3u, PDF/A-3a, PDF/UA-1 and Factur-X', pdf)].every(Boolean);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Says what was found; resolves with whether it was nothing, where there was something to find. */
function report(rules: string, { documents, findings, missed }: Judgement): boolean {
  for (const { file, rules: set, rule, message, place } of findings) {
    console.error(`${path.basename(file)}: ${set} ${rule}: ${message} (${place})`);
  }
  for (const fault of missed) console.error(`a fault made on purpose was not found: ${fault}`);
  console.log(`${rules}: ${documents} documents judged, ${findings.length} findings`);
  return findings.length + missed.length === 0;
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
