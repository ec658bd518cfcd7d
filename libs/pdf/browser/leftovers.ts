import { mkdir, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A browser that runs on behalf of a process, as written beside its profile. */
interface RunningBrowser {
  readonly browser: ProcessIdentity;
  readonly owner: ProcessIdentity;
  readonly profile: string;
}

/** A process id is given again after a while; with the start time it is one process for good. */
interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot; null where the system does not tell. */
  readonly startTime: string | null;
}

/** Writes down that this process runs a browser. Resolves with what to call once it has ended. */
export async function registerBrowser(folder: string, pid: number, profile: string): Promise<() => Promise<void>> {
  const file = path.join(folder, `${process.pid}-${pid}.json`);
  const record: RunningBrowser = {
    browser: { pid, startTime: (await startTimeOf(pid)) ?? null },
    owner: { pid: process.pid, startTime: (await startTimeOf(process.pid)) ?? null },
    profile,
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, JSON.stringify(record));
  return async () => {
    await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    await unlink(file).catch(() => undefined);
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
    if (await isRunning(record.browser)) {
      killWithChildren(record.browser.pid);
      await groupEnded(record.browser.pid);
      ended += 1;
    }
    const isOurs = path.dirname(path.resolve(record.profile)) === path.resolve(folder);
    if (isOurs) await rm(record.profile, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
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
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

/** What Linux tells of a process (proc_pid_stat(5)), from its state on. */
async function statOf(pid: number): Promise<string[] | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the program's name in parentheses and may hold anything.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}
