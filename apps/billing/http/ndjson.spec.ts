import { Readable } from 'node:stream';

import { linesOf } from './ndjson';

async function read(...chunks: (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = [];
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const { text, fault } of linesOf(stream, 100)) lines.push(fault ?? text);
  return lines;
}

describe('lines', () => {
  it('begin after a byte order mark, also one that comes in pieces', async () => {
    expect(await read('\ufeff{"a":1}\n{"b":2}\n')).toEqual(['{"a":1}', '{"b":2}']);
    const mark = Buffer.from('\ufeff');
    expect(await read(mark.subarray(0, 1), mark.subarray(1), '{"a":1}')).toEqual(['{"a":1}']);
  });
  it('keep the sign where it does not begin the text', async () => {
    expect(await read('1\n\ufeff2')).toEqual(['1', '\ufeff2']);
  });
});
