import { documentIdOf, documentList } from './documents';

describe('the documents beside a batch', () => {
  it('have the same id each time, in the form of a UUID', () => {
    const id = documentIdOf('RE-2026-000001', 'a'.repeat(64));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(documentIdOf('RE-2026-000001', 'a'.repeat(64))).toBe(id);
    expect(documentIdOf('RE-2026-000001', 'b'.repeat(64))).not.toBe(id);
  });

  it('are listed with their files', () => {
    const document = { id: 'x', number: 'RE-1', files: ['RE-1.pdf', 'RE-1.xml'] };
    expect(documentList('2026-04', [document], Date.UTC(2026, 4, 1, 7, 8, 7))).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>
<archive xmlns="http://xml.datev.de/bedi/tps/document/v06.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://xml.datev.de/bedi/tps/document/v06.0 Document_v060.xsd" version="6.0" generatingSystem="Seatledger">
<header><date>2026-05-01T09:08:07</date><description>Rechnungsausgang 2026-04</description></header>
<content>
<document guid="x"><description>RE-1</description><extension xsi:type="File" name="RE-1.pdf"/><extension xsi:type="File" name="RE-1.xml"/></document>
</content>
</archive>
`,
    );
  });
});
