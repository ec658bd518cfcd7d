import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, unlink } from 'node:fs/promises';
import path from 'node:path';

import { isPrivateFolder } from './private-folder';

/** A browser that runs on behalf of a process. */
interface RunningBrowser {
  /** Null while it is being started. */
  readonly browser: ProcessIdentity | null;
  readonly owner: ProcessIdentity;
  readonly profile: string;
}

/** A process id is given again after a while; with the start time it is one process for good. */
interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot; null where the system does not tell. */
  readonly startTime: string | null;
}

export interface BrowserRecord {
  /** To be called in the same turn as the browser is started: no kill comes between. */
  started(pid: number): void;
  /** To be called once it has ended: removes its profile and the record. */
  ended(): Promise<void>;
}

/** Writes down, before it starts, that this process runs a browser. */
export async function recordBrowser(folder: string, profile: string): Promise<BrowserRecord> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${process.pid}-${path.basename(profile)}.json`);
  const owner = identityOf(process.pid);
  const write = (browser: ProcessIdentity | null): void =>
    writeFileSync(file, JSON.stringify({ browser, owner, profile } satisfies RunningBrowser));
  write(null);
  return {
    started: (pid) => write(identityOf(pid)),
    async ended() {
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
      await unlink(file).catch(() => undefined);
    },
  };
}

/**
 * Ends browsers whose owner was killed: Chromium outlives a SIGKILL of its parent. Only a process
 * with the recorded start time is the recorded browser. Answers how many were ended.
 */
export async function endLeftoverBrowsers(folder: string): Promise<number> {
  const files = await readdir(folder).catch(() => []);
  let ended = 0;
  for (const name of files) {
    if (!name.endsWith('.json')) continue;
    const file = path.join(folder, name);
    const record = await readFile(file, 'utf8')
      .then((text) => JSON.parse(text) as RunningBrowser)
      .catch(() => undefined);
    if (record === undefined || (await isRunning(record.owner))) continue;
    if (record.browser !== null && (await isRunning(record.browser))) {
      killWithChildren(record.browser.pid);
      await groupEnded(record.browser.pid);
      ended += 1;
    }
    if (isPrivateFolder(record.profile)) {
      await rm(record.profile, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    }
    await unlink(file).catch(() => undefined);
  }
  return ended;
}
/** Kills a browser and its helper processes, which share its process group. */
export function killWithChildren(pid: number): void {
  for (const target of process.platform === 'win32' ? [pid] : [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  }
}

/** Waits, but not for ever, until a killed browser and its helpers are gone. */
export async function groupEnded(pid: number): Promise<void> {
  for (let tries = 0; tries < 200 && (await groupRuns(pid)); tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Memory that a browser and its helpers have for themselves, in bytes; 0 where the system does not tell. */
export async function memoryOfGroup(group: number): Promise<number> {
  const members = (await processStats()).filter((process) => process.group === String(group));
  const pages = await Promise.all(
    members.map(async ({ pid }) => {
      const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '0 0 0');
      const [, resident = 0, shared = 0] = statm.split(' ').map(Number);
      return resident - shared;
    }),
  );
  return pages.reduce((sum, each) => sum + each, 0) * PAGE_SIZE;
}

/** Of Linux, but on some ARM machines, where the limit is looser then. */
const PAGE_SIZE = 4096;

/**
 * Whether any process of a group runs. One that has ended but whose parent has not asked for its
 * outcome (a zombie, as where no init process collects orphans) does not.
 */
async function groupRuns(group: number): Promise<boolean> {
  try {
    process.kill(process.platform === 'win32' ? group : -group, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  return (await processStats()).some((process) => process.group === String(group) && process.state !== 'Z');
}

/** The processes that Linux knows; none on other systems. */
async function processStats(): Promise<{ pid: string; state: string; group: string }[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(async (pid) => ({ pid, fields: await statOf(Number(pid)) })));
  return found.flatMap(({ pid, fields: [state, , group] = [] }) =>
    state === undefined || group === undefined ? [] : [{ pid, state, group }],
  );
}

async function isRunning({ pid, startTime }: ProcessIdentity): Promise<boolean> {
  if (startTime !== null) return (await startTimeOf(pid)) === startTime;
  // Without start times a recycled id could be anyone's: leave it alone.
  return true;
}

/** When a process started; undefined when it has ended, and for a zombie. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  const fields = await statOf(pid);
  return fields?.[0] === 'Z' ? undefined : fields?.[START_TIME];
}

/** What Linux tells of a process (proc_pid_stat(5)), from its state on. */
async function statOf(pid: number): Promise<string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined ? undefined : fieldsOf(stat);
}

/** The second field is the program's name in parentheses and may hold anything. */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

/** Of a process that runs. */
function identityOf(pid: number): ProcessIdentity {
  try {
    return { pid, startTime: fieldsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'))[START_TIME] ?? null };
  } catch {
    return { pid, startTime: null };
  }
}

const START_TIME = 19;
