import { createHash } from 'node:crypto';
import path from 'node:path';

import { SILENT } from '../log';
import { printedPdf } from '../testing/printed-pdf';
import { temporaryFolder } from '../testing/temporary-folder';
import { type DocumentFacts } from './archival';
import { Finisher } from './finisher';

const folder = temporaryFolder();
const failing = path.join(__dirname, '..', 'testing', 'failing-thread.cjs');
const open: Finisher[] = [];

/** Node 24 and later may end the whole process instead of the thread. */
const SURVIVES_EXHAUSTION = Number(process.versions.node.split('.')[0]) < 24;

/** The thread of the tests distinguishes documents by their author. */
const factsOf = (author: string): DocumentFacts => ({
  author,
  language: 'de',
  day: '2026-04-01',
  isAccessible: true,
  invoiceXml: '<invoice/>',
});

function finisherWith(given: { thread?: string; timeLimit?: number } = {}): Finisher {
  const finisher = new Finisher({ timeLimit: 600_000, memoryLimit: 64, log: SILENT, thread: failing, ...given });
  open.push(finisher);
  return finisher;
}
afterEach(() => Promise.all(open.splice(0).map((finisher) => finisher.close())));

/** What becomes of documents whose numbers say what happens to them. */
const outcomesOf = (finisher: Finisher, numbers: readonly string[]) =>
  Promise.all(
    numbers.map((number) =>
      finisher.finish(new Uint8Array(1), factsOf(number)).then(
        ({ sha256 }) => sha256,
        (error: unknown) => (error as { failure?: string }).failure,
      ),
    ),
  );

describe('the finishing thread', () => {
  it('finishes one document after another, each its own', async () =>
    expect(await outcomesOf(finisherWith(), ['a', 'b', 'c'])).toEqual(['a', 'b', 'c']));
  it('dies of a document once: it is tried again, the others notice nothing', async () => {
    const marker = path.join(folder, 'died');
    expect(await outcomesOf(finisherWith(), ['a', `die-once ${marker}`, 'c'])).toEqual([
      'a',
      `die-once ${marker}`,
      'c',
    ]);
  });
  it.each(['die', ...(SURVIVES_EXHAUSTION ? ['exhaust'] : [])])(
    'dies of a document (%s) every time: it is refused, the others are not',
    async (author) => expect(await outcomesOf(finisherWith(), ['a', author, 'c'])).toEqual(['a', 'failed', 'c']),
  );
  it('reports what it died of', async () => {
    const refused = finisherWith().finish(new Uint8Array(1), factsOf('throw'));
    await expect(refused).rejects.toThrow(/died twice of it: DataCloneError: .*could not be cloned/);
  });
  it('gets no document that would take more memory than it has', async () => {
    const finisher = finisherWith();
    await expect(finisher.finish(new Uint8Array(8 * 1024 ** 2 + 1), factsOf('a'))).rejects.toMatchObject({
      failure: 'too-large',
      message: 'The printed document has 8388609 bytes; 8388608 can be finished.',
    });
    expect(await outcomesOf(finisher, ['b'])).toEqual(['b']);
  });
  it('hands over nothing but the document', async () => {
    const finisher = finisherWith({ thread: path.join(__dirname, 'thread.cjs') });
    const { pdf, sha256 } = await finisher.finish(printedPdf(), factsOf('a'));
    expect(pdf.byteLength).toBeLessThan(32 * 1024);
    expect(pdf.buffer.byteLength).toBe(pdf.byteLength);
    expect(createHash('sha256').update(pdf).digest('hex')).toBe(sha256);
  });
  it('is ended when a document takes too long', async () =>
    expect(await outcomesOf(finisherWith({ timeLimit: 2_000 }), ['hang', 'b'])).toEqual(['too-slow', 'b']));
  it('answers with what is wrong, and goes on', async () => {
    const finisher = finisherWith();
    await expect(finisher.finish(new Uint8Array(1), factsOf('fail'))).rejects.toThrow('no PDF');
    expect(await outcomesOf(finisher, ['b'])).toEqual(['b']);
  });
  it('that does not start says why', async () => {
    const finisher = finisherWith({ thread: path.join(folder, 'none.cjs') });
    await expect(finisher.ready()).rejects.toThrow(/does not start: .*Cannot find module/);
    expect(await outcomesOf(finisher, ['a', 'b'])).toEqual(['failed', 'failed']);
  });
  it('refuses what is not finished when it is closed, and what comes later', async () => {
    const finisher = finisherWith();
    const outcomes = outcomesOf(finisher, ['hang', 'b']);
    await finisher.ready();
    await finisher.close();
    expect(await outcomes).toEqual(['closed', 'closed']);
    expect(await outcomesOf(finisher, ['c'])).toEqual(['closed']);
  });
  it('says of what the browser should not have written that it is malformed', async () => {
    const finisher = finisherWith({ thread: path.join(__dirname, 'thread.cjs') });
    await expect(finisher.finish(Buffer.from('%PDF-1.4 and no more'), factsOf('a'))).rejects.toThrow('malformed PDF');
  });
});
