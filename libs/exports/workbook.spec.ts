import { setImmediate as turn } from 'node:timers/promises';

import { type Licensee } from './licensees-csv';
import { buildLicenseesXlsx } from './licensees-xlsx';
import { licenseesXlsx } from './workbook';

describe('a workbook', () => {
  it('is written by a thread of its own as it would be here', async () => {
    const units = [{ unitId: 'm', name: 'Änne', email: 'a@x.example', teamNames: ['A'], quantity: '0.5' }];
    const [written, built] = [await licenseesXlsx('user', units, 'x'), await buildLicenseesXlsx('user', units, 'x')];
    expect(written.byteLength).toBe(built.byteLength);
    expect(written.subarray(0, 2).toString()).toBe('PK');
  });

  it('holds nobody up while it is written', async () => {
    const units = Array.from({ length: 20_000 }, (_none, index) => ({
      unitId: `m${index}`,
      name: `Name ${index}`,
      email: `m${index}@x.example`,
      teamNames: ['A'],
      quantity: '1',
    }));
    let isWritten = false;
    const writing = licenseesXlsx('user', units, 'x').then(() => (isWritten = true));
    let turns = 0;
    while (!isWritten) {
      await turn();
      turns += 1;
    }
    await writing;
    // Written in this thread, it would be done within a few turns.
    expect(turns).toBeGreaterThan(1000);
  });

  it('that cannot be written says why', async () => {
    const broken = null as unknown as Licensee;
    await expect(licenseesXlsx('team', [broken], 'x')).rejects.toThrow(/^the workbook was not written: TypeError: /);
  });
});
