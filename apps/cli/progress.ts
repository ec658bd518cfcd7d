import { SingleBar } from 'cli-progress';

/** Shows a bar on the terminal, or a line now and then elsewhere. It ends with `run`, however that ends: a bar's timer would keep the process alive. */
export async function withProgress<Result>(
  format: string,
  run: (bar: SingleBar) => Promise<Result>,
  total = 1,
): Promise<Result> {
  const bar = new SingleBar({ format, noTTYOutput: true, notTTYSchedule: 5000, hideCursor: true });
  // What the format names must be there from the start, or its name is shown.
  bar.start(total, 0, { detail: '', phase: '' });
  try {
    return await run(bar);
  } finally {
    bar.stop();
  }
}
