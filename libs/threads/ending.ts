import { type MessagePort, type Worker } from 'node:worker_threads';

/** What a thread posts of the error that ends it. */
interface LastWords {
  readonly diedOf: string;
}

/**
 * On the thread's side: says what it dies of. The `error` event of a `Worker` is not enough, as it arrives
 * empty for errors that cannot be cloned, a `DataCloneError` among them.
 */
export function lastWordsOnFailure(port: MessagePort | null): void {
  process.on('uncaughtException', (error) => {
    port?.postMessage({ diedOf: textOf(error) } satisfies LastWords);
    process.exit(1);
  });
}

/** Listens to everything that a thread answers but its last words. */
export function onAnswer<Answer>(thread: Worker, listener: (answer: Answer) => void): void {
  thread.on('message', (message: Answer | LastWords) => {
    if (!isLastWords(message)) listener(message);
  });
}

/** Listens to the end of a thread; the reason is what it died of, else its exit code. */
export function onEnd(thread: Worker, listener: (reason: string) => void): void {
  let reason: string | undefined;
  thread.on('message', (message: unknown) => {
    if (isLastWords(message)) reason = message.diedOf;
  });
  thread.on('error', (error: unknown) => {
    reason ??= textOf(error);
  });
  thread.on('exit', (code) => listener(reason ?? `it ended with code ${code}`));
}

const isLastWords = (message: unknown): message is LastWords =>
  typeof message === 'object' && message !== null && 'diedOf' in message && typeof message.diedOf === 'string';

/** By its shape: an error of another thread or of native code is not always an instance of this realm's Error. */
function textOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { name, message } = error as { readonly name?: unknown; readonly message?: unknown };
  const words = [name, message].filter((word) => typeof word === 'string' && word !== '');
  return words.length === 0 ? 'an error that says nothing' : words.join(': ');
}
