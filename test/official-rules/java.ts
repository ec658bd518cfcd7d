import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** What a judge says against a file. */
interface Finding {
  readonly file: string;
  /** The rule set, such as `ua1`. */
  readonly rules: string;
  readonly rule: string;
  readonly message: string;
  readonly place: string;
}

/** What the judging of documents came to. */
export interface Judgement {
  readonly documents: number;
  readonly findings: readonly Finding[];
  /** Faults made on purpose that no judge found. */
  readonly missed: readonly string[];
}

/** Judges files by one of the Java programs of this folder. */
export type Judge = (program: string, files: readonly string[]) => Promise<Finding[]>;

const PROJECT = path.join(__dirname, 'pom.xml');
const TARGET = path.join(__dirname, 'target');
const run = promisify(execFile);

/** Whether this machine can run the judges. */
export const hasJava = (): boolean =>
  ['java', 'mvn'].every((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0);

/** Compiles the judges, which Maven loads at the first time. @throws {Error} Maven fails */
export async function compileJudges(): Promise<Judge> {
  const list = path.join(TARGET, 'classpath.txt');
  const goals = ['compile', 'dependency:build-classpath', `-Dmdep.outputFile=${list}`];
  await run('mvn', ['--batch-mode', '--quiet', '--file', PROJECT, ...goals]);
  const classpath = [path.join(TARGET, 'classes'), readFileSync(list, 'utf8').trim()].join(path.delimiter);
  return async (program, files) => {
    const judging = ['-cp', classpath, `seatledger.rules.${program}`, ...files];
    const { stdout } = await run('java', judging, { maxBuffer: 64 * 1024 ** 2 });
    return stdout.split('\n').filter(Boolean).map(findingOf);
  };
}

function findingOf(line: string): Finding {
  const [file = '', rules = '', rule = '', message = '', place = ''] = line.split('\t');
  return { file, rules, rule, message, place };
}
