// Refuses words for which docs/glossary.md has another: `npm run lint:words`. Looks at identifiers,
// comments, messages and documents; a line that must say such a word ends with the comment `word-ok`.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Each word, in any case and as part of a camelCase name where it begins with a capital, and what to say instead. */
const WORDS = [
  ['(?:FixTerms|TermsFixed|fixedThrough)', 'LockTerms, TermsLocked, lockedThrough'],
  ['(?:HistoryForgotten|rememberedFrom)', 'HistoryPruned, retainedFrom'],
  ['(?:NotYet|NotReflectedYet)', 'RetryLater, ReadModelLagging'],
  ['(?:UnfoldableEvent|UnrecordableEvent)', 'ProjectionFailed, InvalidEvent'],
  ['RequestAnswered', 'IdempotentResponseRecorded'],
  ['adjustmentMonths', 'adjustmentWindowMonths'],
  ['look-?backs?', 'adjustment window'],
  ['(?:seal|sealed|unseal|unsealed|sealCursor)', 'encrypt, encrypted, decrypt, encodeCursor'],
  ['(?:freeze|frozen|thaw|thawed)', 'serialize, deserialize'],
  ['(?:weigh|desks?)', 'sizeOf, IdentityMap'],
  ['(?:hurry|nudge|stir|tend|tending|patient|patiently|impatience)', 'wake, notify, maintain, low priority'],
  ['generations', 'projection versions'],
  ['fates?', 'outcome'],
  ['anew', 'again'],
  ['whoever', 'the caller, the process, all who'],
  ['(?:somebody|anybody)', 'an operator, a caller, another process'],
  ['(?:broke|breaks|break|broken) off', 'abort, aborted'],
  ['(?:carry|carries|carried) out|carryOut', 'execute'],
  ['(?:SIDE_BY_SIDE|PORTION|portions?)', 'CONCURRENCY, PAGE_SIZE, page'],
  ['appendSurely', 'appendWithRetry'],
  ['turned round', 'negated'],
  ['has not the role', 'lacks the required role'],
  ['is none that this list has given', 'is not a cursor of this list'],
  ['against a rule', 'Business rule violated'],
  ['moving house', 'migration'],
];

/** Of the first release's promise, of other languages, of generated files, and the list itself. */
const EXEMPT =
  /^(scripts\/check-words\.mjs|docs\/glossary\.md|CHANGELOG\.md|libs\/client\/api\.ts|docs\/verfahrensdokumentation\.md)$/;
const CHECKED = /\.(ts|mjs|cjs|md|hbs|yml)$/;

const patterns = WORDS.map(([word, instead]) => ({
  pattern: new RegExp(`(?<![A-Za-z])(?:${word})(?![A-Za-z])`, 'i'),
  instead,
}));

const files = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' })
  .split('\0')
  .filter((file) => CHECKED.test(file) && !EXEMPT.test(file));

const findings = [];
for (const file of files) {
  readFileSync(file, 'utf8')
    .split('\n')
    .forEach((line, index) => {
      if (line.includes('word-ok')) return;
      for (const { pattern, instead } of patterns) {
        const [found] = pattern.exec(line) ?? [];
        if (found !== undefined) findings.push(`${file}:${index + 1}: "${found}": say ${instead}`);
      }
    });
}
for (const finding of findings) process.stdout.write(`${finding}\n`);
if (findings.length > 0) {
  process.stdout.write(`${findings.length} words that docs/glossary.md replaces\n`);
  process.exit(1);
}
