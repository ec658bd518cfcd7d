/** Ends the command with one message that says what is wrong and what to do. */
export class CliError extends Error {}

/** What is said of whatever ended a command: one line, unless it is a fault of ours. */
export function failureOf(error: unknown): string {
  if (error instanceof CliError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const { path } = error as NodeJS.ErrnoException;
  if (path !== undefined) return `${path}: ${reasonOf(error)}.`;
  return error.stack ?? error.message;
}

/** Why a file cannot be used, without what Node adds: `ENOENT: no such file or directory, open '/x'`. */
export const reasonOf = (error: unknown): string => {
  const { message, code } = error as NodeJS.ErrnoException;
  if (code === 'EISDIR') return 'it is a folder';
  return /^[A-Z]+: ([^,]+), /.exec(message)?.[1] ?? message;
};
