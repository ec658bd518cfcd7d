import { chmodSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

import { temporaryFolder } from '../../../test/support/service';
import { DataDirError, makeDataDir } from './data-dir';

describe('the data folder', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  let number = 0;
  const folderWith = (mode: number): string => {
    const made = path.join(folder.path, `data-${(number += 1)}`);
    mkdirSync(made);
    chmodSync(made, mode);
    return made;
  };

  it('is made for its owner alone', async () => {
    const made = path.join(folder.path, 'new', 'data');
    await makeDataDir(made);
    expect(statSync(made).mode & 0o777).toBe(0o700);
  });

  it.each([0o701, 0o704, 0o755, 0o777])('with the mode %o is refused', async (mode) => {
    const made = folderWith(mode);
    await expect(makeDataDir(made)).rejects.toThrow(DataDirError);
    await expect(makeDataDir(made)).rejects.toThrow(`chmod o-rwx ${made}`);
  });

  it('that its group may enter is warned of', async () => {
    const warnings: string[] = [];
    await makeDataDir(folderWith(0o700), (warning) => warnings.push(warning));
    expect(warnings).toEqual([]);
    await makeDataDir(folderWith(0o2770), (warning) => warnings.push(warning));
    expect(warnings).toEqual(['DATA_DIR is open to its group (0770); only the service needs to enter it']);
  });
});
