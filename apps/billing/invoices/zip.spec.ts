import { buffer } from 'node:stream/consumers';

import { strFromU8, unzipSync } from 'fflate';

import { zipStream } from './zip';

const MODIFIED = Date.UTC(2026, 4, 1);
const entry = (name: string, text: string) => ({ name, read: () => Promise.resolve(Buffer.from(text)) });

describe('an archive', () => {
  it('holds its files under their names, read one after the other', async () => {
    let open = 0;
    let most = 0;
    const counted = (name: string) => ({
      name,
      isCompressed: true,
      read: async () => {
        open += 1;
        most = Math.max(most, open);
        await new Promise(setImmediate);
        open -= 1;
        return Buffer.from(name);
      },
    });
    const bytes = await buffer(zipStream([entry('a.csv', 'Ä'), ...['b/1', 'b/2', 'b/3'].map(counted)], MODIFIED));
    const files = Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]);
    expect(files).toEqual([
      ['a.csv', 'Ä'],
      ['b/1', 'b/1'],
      ['b/2', 'b/2'],
      ['b/3', 'b/3'],
    ]);
    expect(most).toBe(1);
  });

  it('is aborted where a file cannot be read', async () => {
    const broken = { name: 'b', read: () => Promise.reject(new Error('gone')) };
    await expect(buffer(zipStream([entry('a', 'x'), broken], MODIFIED))).rejects.toThrow('gone');
  });
});
