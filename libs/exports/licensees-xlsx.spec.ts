import { strFromU8, unzipSync } from 'fflate';

import { buildLicenseesXlsx as licenseesXlsx } from './licensees-xlsx';

/** The texts and numbers of the only sheet, row by row, as Excel would read them. */
function sheetOf(file: Buffer): { name: string; rows: (string | number)[][] } {
  const parts = unzipSync(file);
  const part = (name: string): string => strFromU8(parts[name]!);
  const unescaped = (xml: string): string =>
    xml
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&quot;/g, '"')
      .replace(/&apos;|&#39;/g, "'")
      .replace(/&amp;/g, '&');
  const texts = [...part('xl/sharedStrings.xml').matchAll(/<si>.*?<t[^>]*>(.*?)<\/t>.*?<\/si>/gs)].map(([, text]) =>
    unescaped(text!),
  );
  const rows = [...part('xl/worksheets/sheet1.xml').matchAll(/<row[^>]*>(.*?)<\/row>/gs)].map(([, row]) =>
    [...row!.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)].map(([, attributes, inside = '']) => {
      expect(inside).not.toContain('<f>');
      const value = /<v>(.*?)<\/v>/s.exec(inside)?.[1] ?? '';
      if (/t="s"/.test(attributes!)) return texts[Number(value)] ?? '';
      return value === '' ? '' : Number(value);
    }),
  );
  return { name: unescaped(/<sheet [^>]*name="(.*?)"/.exec(part('xl/workbook.xml'))![1]!), rows };
}

describe('the licensees as XLSX', () => {
  it('has the rows of the CSV, quantities as numbers', async () => {
    const units = [
      { unitId: 'm1', name: 'Änne Groß & <Söhne>', email: 'a@x.example', teamNames: ['A', 'B'], quantity: '0.7097' },
      { unitId: 'm2', name: null, email: null, teamNames: [], quantity: '1' },
    ];
    const { name, rows } = sheetOf(await licenseesXlsx('user', units, '2026-03 preview'));
    expect(name).toBe('2026-03 preview');
    expect(rows).toEqual([
      ['memberId', 'name', 'email', 'teams', 'quantity'],
      ['m1', 'Änne Groß & <Söhne>', 'a@x.example', 'A; B', 0.7097],
      // Empty cells are none.
      ['m2', 1],
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)'])('defuses %j like the CSV', async (name) => {
    const { rows } = sheetOf(await licenseesXlsx('team', [{ unitId: '-x', name, quantity: '1' }], '2026-03'));
    expect(rows).toEqual([
      ['teamId', 'name', 'quantity'],
      ["'-x", `'${name}`, 1],
    ]);
  });

  it('leaves out what XML cannot hold', async () => {
    const { rows } = sheetOf(
      await licenseesXlsx('team', [{ unitId: 'x', name: 'a\u0001b\uffff', quantity: '1' }], '1'),
    );
    expect(rows[1]).toEqual(['x', 'ab', 1]);
  });

  it('has its header even for nobody', async () => {
    const { rows } = sheetOf(await licenseesXlsx('team', [], '2026-03'));
    expect(rows).toEqual([['teamId', 'name', 'quantity']]);
  });
});
