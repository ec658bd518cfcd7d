/** Numbers, ids and dates are Chromium's own affair: they differ from print to print. */
export interface PrintedAs {
  /** Objects in the opposite order. */
  readonly reversed?: boolean;
  readonly firstId?: number;
  readonly printedAt?: string;
  /** With a font F9 whose glyphs are drawings. */
  readonly drawnFont?: boolean;
  /** More content of the first page. */
  readonly text?: string;
}

/**
 * A small tagged PDF of two pages, of the form that Chromium prints: a heading, a table whose
 * last cell goes on on the second page, a paragraph, boxes in the margins. For tests.
 */
export function printedPdf(given: PrintedAs = {}): Buffer {
  const { reversed = false, firstId = 69, printedAt = '20261125161039', text: more = '' } = given;
  const id = (place: number): string => `(node${String(firstId + place).padStart(8, '0')})`;
  const stream = (text: string, entries = ''): string =>
    `<<${entries}/Length ${text.length}>> stream\n${text}\nendstream`;
  const contents = (count: number): string =>
    Array.from({ length: count }, (_unused, mcid) => `/P <</MCID ${mcid} >>BDC\nEMC\n`).join('');
  const box = (x: number, y: number, glyphs: string): string =>
    `${x} ${y} 200 1 re\nf\nBT\n/F4 8 Tf\n1 0 0 -1 ${x} ${y} Tm\n<${glyphs}> Tj\nET\n0 g\nBT\n/F4 8 Tf\n1 0 0 -1 ${x + 1} ${y + 9} Tm\n<0042> Tj\nET\n`;
  // As Chromium does: the margins' boxes from right to left, unmarked; then what is clipped to the page's area.
  const margins = `q\n3.125 0 0 3.125 0 0 cm\n${box(600, 1040, '0041')}${box(94, 1040, '0043')}${box(94, 40, '0044')}Q\n`;
  const clip = 'q\n0 0 2480 3141 re\nW n\n';
  const border = '/Table <</MCID 6 >>BDC\n94 467 28 1 re\nf\nEMC\n';
  const rule = '0 327 16 1 re\nf\nQ\n';
  const fonts = given.drawnFont === true ? '/Font <</F9 @drawn>>' : '';
  const page = (name: string, place: number): string =>
    `<</Type /Page\n/Resources <</ProcSet [/PDF]${fonts}>>\n/MediaBox [0 0 595 842]\n/Contents @${name}\n/StructParents ${place}\n/Tabs /S\n/Parent @pages>>`;
  const element = (type: string, entries: string): string => `<</Type /StructElem\n/S /${type}\n${entries}>>`;
  const text = (parent: string, kid: string, on = 'page1'): string =>
    element('NonStruct', `/P @${parent}\n/Pg @${on}\n/K ${kid}`);
  const ones = '<</O /Table\n/RowSpan 1>> <</O /Table\n/ColSpan 1>>';
  const objects: Record<string, string> = {
    info: `<</Title (Rechnung \\(1\\) \\337)\n/Creator (Chromium)\n/Producer (Skia/PDF m147)\n/CreationDate (D:${printedAt}+00'00')\n/ModDate (D:${printedAt}+00'00')>>`,
    page1: page('contents1', 0),
    page2: page('contents2', 1),
    contents1: stream(`${margins}${clip}${contents(6)}${border}${more}${rule}`),
    contents2: stream(`${margins}${clip}${contents(2)}${rule}`),
    drawn: '<</Type /Font\n/Subtype /Type3>>',
    pages: '<</Type /Pages\n/Count 2\n/Kids [@page1 @page2]>>',
    document: element('Document', '/Lang (de)\n/P @tree\n/K [@group @afterwards]'),
    group: element('NonStruct', '/P @document\n/K [@h1 @table]'),
    h1: element('H1', '/P @group\n/K @h1text'),
    h1text: text('h1', '0'),
    table: element('Table', '/P @group\n/Pg @page1\n/K [6 @row1 @row2]'),
    row1: element('TR', '/P @table\n/K [@th1 @th2]'),
    th1: element('TH', `/P @row1\n/K @th1text\n/A [<</O /Table\n/Scope /Column>> ${ones}]\n/ID ${id(0)}`),
    th1text: text('th1', '1'),
    th2: element('TH', `/P @row1\n/K @th2text\n/A [<</O /Table\n/Scope /Column>> ${ones}]\n/ID ${id(1)}`),
    th2text: text('th2', '2'),
    row2: element('TR', '/P @table\n/K [@td1 @td2]'),
    td1: element('TD', `/P @row2\n/K [@td1text1 @td1text2]\n/A [<</O /Table\n/Headers [${id(0)}]>> ${ones}]`),
    td1text1: text('td1', '3'),
    td1text2: text('td1', '4'),
    td2: element(
      'TD',
      `/P @row2\n/K [@td2text1 @td2text2]\n/A [<</O /Table\n/Headers [${id(1)}]>> <</O /Table\n/RowSpan 1>> <</O /Table\n/ColSpan 2>>]`,
    ),
    td2text1: text('td2', '5'),
    td2text2: text('td2', '0', 'page2'),
    afterwards: element('P', '/P @document\n/K @afterwardstext'),
    afterwardstext: text('afterwards', '1', 'page2'),
    tree: '<</Type /StructTreeRoot\n/K @document\n/ParentTreeNextKey 2\n/ParentTree @parents\n/IDTree @ids>>',
    parents1: '[@h1text @th1text @th2text @td1text1 @td1text2 @td2text1 @table]',
    parents2: '[@td2text2 @afterwardstext]',
    parents: '<</Type /ParentTree\n/Nums [0 @parents1 1 @parents2]>>',
    ids: '<</Kids [@idsleaf]>>',
    idsleaf: `<</Limits [${id(0)} ${id(1)}]\n/Names [${id(0)} @th1 ${id(1)} @th2]>>`,
    outline: '<</Type /Outlines\n/First @bookmark\n/Last @bookmark\n/Count 1>>',
    bookmark: '<</Title (Rechnung)\n/Dest [@page1 /XYZ 71 559 0]\n/Parent @outline\n/SE @h1>>',
    catalog:
      '<</Type /Catalog\n/Pages @pages\n/MarkInfo <</Type /MarkInfo\n/Marked true>>\n/StructTreeRoot @tree\n/Outlines @outline\n/ViewerPreferences <</Type /ViewerPreferences\n/DisplayDocTitle true>>\n/Lang (de)>>',
  };
  const names = Object.keys(objects);
  if (reversed) names.reverse();
  const resolved = (body: string): string =>
    body.replace(/@(\w+)/g, (_place, name: string) => `${names.indexOf(name) + 1} 0 R`);
  let file = '%PDF-1.4\n%\xd3\xeb\xe9\xe1\n';
  let table = `xref\n0 ${names.length + 1}\n0000000000 65535 f \n`;
  for (const [index, name] of names.entries()) {
    table += `${String(file.length).padStart(10, '0')} 00000 n \n`;
    file += `${index + 1} 0 obj\n${resolved(objects[name] ?? '')}\nendobj\n`;
  }
  const trailer = resolved(`trailer\n<</Size ${names.length + 1}\n/Root @catalog\n/Info @info>>`);
  return Buffer.from(`${file}${table}${trailer}\nstartxref\n${file.length}\n%%EOF\n`, 'latin1');
}
