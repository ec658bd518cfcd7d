import path from 'node:path';
import { Worker } from 'node:worker_threads';

import { onAnswer, onEnd, ownBytes } from '.';

interface Outcome {
  readonly answers: readonly unknown[];
  readonly end: string;
}

/** What a thread answers, and how it ends, when it is told to do something. */
function outcomeOf(action: string, size = 0): Promise<Outcome> {
  const thread = new Worker(path.join(__dirname, 'testing/thread.cjs'), {
    resourceLimits: { maxOldGenerationSizeMb: 64 },
  });
  const answers: unknown[] = [];
  return new Promise((resolve) => {
    onAnswer(thread, (answer) => {
      answers.push(answer);
      void thread.terminate();
    });
    onEnd(thread, (end) => resolve({ answers, end }));
    thread.postMessage({ action, size });
  });
}

describe('how a thread ended', () => {
  it.each([
    ['reject', expect.stringMatching(/^DataCloneError: .*could not be cloned/) as string],
    ['throw', 'TypeError: at once'],
    ['throwNothing', 'undefined'],
    ['exit', 'it ended with code 3'],
  ])('is known when it is told to %s', async (action, end) => {
    expect(await outcomeOf(action)).toEqual({ answers: [], end });
  });

  // Node 24 and later may end the whole process instead.
  (Number(process.versions.node.split('.')[0]) < 24 ? it : it.skip)(
    'is known when its memory is exhausted',
    async () => {
      expect((await outcomeOf('exhaust')).end).toContain('memory limit');
    },
  );

  it('is known when its program cannot be loaded', async () => {
    const end = new Promise((resolve) => onEnd(new Worker(path.join(__dirname, 'none.cjs')), resolve));
    expect(await end).toContain('Cannot find module');
  });
});

describe('bytes of one’s own', () => {
  it.each([0, 1, 3_000, 20_000, 40_000, 100_000])('are handed over alone: %d of them', async (size) => {
    const { answers } = await outcomeOf('handOverOwn', size);
    const [{ bytes }] = answers as [{ bytes: Uint8Array }];
    expect(Buffer.from(bytes).toString()).toBe('x'.repeat(size));
    expect(bytes.buffer.byteLength).toBe(size);
  });

  it('are the same array where nothing else is in its memory, else a copy', () => {
    const alone = new Uint8Array([1, 2, 3]);
    expect(ownBytes(alone)).toBe(alone);
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    for (const bytes of [alone.subarray(1), Buffer.from('pooled'), shared]) {
      const own = ownBytes(bytes);
      expect([...own]).toEqual([...bytes]);
      expect(own.buffer).not.toBe(bytes.buffer);
      expect(own.buffer.byteLength).toBe(own.byteLength);
    }
  });
});
