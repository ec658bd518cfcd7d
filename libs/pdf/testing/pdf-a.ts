import {
  decodePDFRawStream,
  PDFArray,
  PDFBool,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  type PDFObject,
  PDFRawStream,
  type PDFRef,
  PDFString,
} from '@cantoo/pdf-lib';
import { create } from 'xmlbuilder2';

/**
 * What keeps a PDF from being PDF/A-3A and PDF/UA-1 with a Factur-X invoice inside, as far as the file's own
 * structure tells; empty when nothing was found. The numbers are clauses of ISO 19005-3. Read with
 * pdf-lib, not with the code under test. It does not replace veraPDF, which also looks into fonts.
 */
export async function problemsOfPdfA(pdf: Uint8Array): Promise<string[]> {
  const check = new Check(pdf, await PDFDocument.load(pdf, { updateMetadata: false }));
  return check.problems();
}

/** The text of a file that the PDF carries. */
export async function attachedFile(pdf: Uint8Array, name: string): Promise<string | undefined> {
  const file = (await PDFDocument.load(pdf)).getAttachments().find((each) => each.name === name);
  return file === undefined ? undefined : Buffer.from(file.data).toString('utf8');
}

const FACTUR_X = 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#';
const BLEND_MODES =
  'Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight SoftLight Difference Exclusion Hue Saturation Color Luminosity'.split(
    ' ',
  );
const FORBIDDEN_KEYS = 'JavaScript JS AA OpenAction XFA Launch NeedsRendering PresSteps Alternates OPI HTP TR'.split(
  ' ',
);
const ALLOWED_ACTIONS = ['GoTo', 'GoToR', 'GoToE', 'Thread', 'URI', 'Named'];

class Check {
  private readonly found: string[] = [];
  private readonly text: string;
  private readonly all: readonly (readonly [PDFRef, PDFObject])[];

  constructor(
    pdf: Uint8Array,
    private readonly document: PDFDocument,
  ) {
    this.text = Buffer.from(pdf).toString('latin1');
    this.all = document.context.enumerateIndirectObjects();
  }

  problems(): string[] {
    this.file();
    this.catalog();
    this.outputIntent();
    this.metadata();
    this.attachment();
    for (const [, object] of this.all) this.walk(object);
    this.pages();
    this.structure();
    return this.found;
  }

  private expect(holds: boolean, problem: string): void {
    if (!holds && !this.found.includes(problem)) this.found.push(problem);
  }

  private file(): void {
    this.expect(/^%PDF-1\.[1-7]\n%[\x80-\xff]{4,}\n/.test(this.text), '6.1.2: header');
    this.expect(/startxref\n\d+\n%%EOF\n$/.test(this.text), '6.1.3: end of file');
    const { ID, Encrypt } = this.document.context.trailerInfo;
    const id = ID instanceof PDFArray ? ID.asArray() : [];
    this.expect(id.length === 2 && id.every((each) => each instanceof PDFHexString), '6.1.3: file identifier');
    this.expect(Encrypt === undefined, '6.1.3: encryption');
    for (const [, start] of this.text.matchAll(/startxref\n(\d+)\n/g)) {
      this.expect(/^\d+ 0 obj\n/.test(this.text.slice(Number(start), Number(start) + 20)), '6.1.4: cross-reference');
    }
    const loose = this.text.replace(/stream\n[\s\S]*?endstream/g, '');
    this.expect(!/\d+ 0 obj(?!\n)/.test(loose) && !/(?<!\n)endobj/.test(loose), '6.1.9: indirect objects');
  }

  private catalog(): void {
    const { catalog } = this.document;
    this.expect(this.bool(catalog, 'MarkInfo', 'Marked'), '6.7.2: MarkInfo');
    this.expect(this.string(this.get(catalog, 'Lang')) !== '', '6.7.4: language');
    this.expect(this.get(catalog, 'StructTreeRoot') instanceof PDFDict, '6.7.3: structure tree');
    this.expect(this.bool(catalog, 'ViewerPreferences', 'DisplayDocTitle'), 'the title is not displayed');
    this.expect(this.get(catalog, 'Outlines') instanceof PDFDict, 'no bookmarks');
    this.expect(this.get(catalog, 'Encrypt') === undefined, '6.1.3: encryption');
  }

  private outputIntent(): void {
    const intents = this.get(this.document.catalog, 'OutputIntents');
    const intent = intents instanceof PDFArray ? intents.lookup(0) : undefined;
    const profile = intent instanceof PDFDict ? this.get(intent, 'DestOutputProfile') : undefined;
    if (!(intent instanceof PDFDict && profile instanceof PDFRawStream)) {
      this.expect(false, '6.2.3: output intent');
      return;
    }
    const icc = Buffer.from(decodePDFRawStream(profile).decode());
    this.expect(this.name(intent, 'S') === 'GTS_PDFA1', '6.2.3: output intent');
    this.expect(this.string(this.get(intent, 'OutputConditionIdentifier')) !== '', '6.2.3: output condition');
    this.expect(icc.readUInt32BE(0) === icc.length && icc.toString('latin1', 36, 40) === 'acsp', '6.2.3: ICC profile');
    this.expect(icc.toString('latin1', 16, 20) === 'RGB ' && String(this.get(profile.dict, 'N')) === '3', '6.2.3: RGB');
  }

  private metadata(): void {
    const stream = this.get(this.document.catalog, 'Metadata');
    if (!(stream instanceof PDFRawStream)) {
      this.expect(false, '6.6.2.1: metadata');
      return;
    }
    this.expect(this.get(stream.dict, 'Filter') === undefined, '6.6.2.1: metadata is packed');
    this.expect(
      this.name(stream.dict, 'Type') === 'Metadata' && this.name(stream.dict, 'Subtype') === 'XML',
      '6.6.2.1',
    );
    const xml = Buffer.from(stream.contents).toString('utf8');
    const body = /<x:xmpmeta[\s\S]*<\/x:xmpmeta>/.exec(xml)?.[0] ?? '';
    try {
      create(body);
    } catch (error) {
      this.expect(false, `6.6.2.1: metadata is no XML: ${String(error)}`);
    }
    const property = (name: string): string | undefined => new RegExp(`<${name}>(?:<[^>]+>)*([^<]*)<`).exec(body)?.[1];
    this.expect(property('pdfaid:part') === '3' && property('pdfaid:conformance') === 'A', '6.6.4: version identifier');
    this.expect(property('pdfuaid:part') === '1', 'PDF/UA, 5: version identifier');
    this.expect(body.includes('<pdfaSchema:prefix>pdfuaid<'), '6.6.2.3.3: extension schema');
    this.expect(property('fx:DocumentFileName') === 'factur-x.xml', 'Factur-X: file name');
    this.expect(property('fx:DocumentType') === 'INVOICE', 'Factur-X: document type');
    this.expect(
      property('fx:ConformanceLevel') === 'EN 16931' && property('fx:Version') === '1.0',
      'Factur-X: profile',
    );
    for (const name of ['DocumentFileName', 'DocumentType', 'Version', 'ConformanceLevel']) {
      this.expect(body.includes(`<pdfaProperty:name>${name}</pdfaProperty:name>`), '6.6.2.3.3: extension schema');
    }
    this.expect(body.includes(`<pdfaSchema:namespaceURI>${FACTUR_X}<`), '6.6.2.3.3: extension schema');
    const plain = (property('dc:title') ?? '').replace(/&#?\w+;/g, '');
    this.expect(plain === (this.document.getTitle() ?? '').replace(/[&<>"']/g, ''), '6.6.3: title');
    const created = this.document.getCreationDate()?.toISOString().replace('.000', '');
    this.expect(property('xmp:CreateDate') === created && created !== undefined, '6.6.3: creation date');
    const modified = this.document.getModificationDate()?.toISOString().replace('.000', '');
    this.expect(property('xmp:ModifyDate') === modified && modified !== undefined, '6.6.3: modification date');
    this.expect(property('pdf:Producer') === this.document.getProducer(), '6.6.3: producer');
  }

  private attachment(): void {
    const { catalog } = this.document;
    const names = this.get(catalog, 'Names');
    const files = names instanceof PDFDict ? this.get(names, 'EmbeddedFiles') : undefined;
    const list = files instanceof PDFDict ? this.get(files, 'Names') : undefined;
    const associated = this.get(catalog, 'AF');
    if (!(list instanceof PDFArray && associated instanceof PDFArray)) {
      this.expect(false, '6.8: associated files');
      return;
    }
    const file = list.lookup(1);
    this.expect(list.get(1) === associated.get(0), '6.8: the file is not associated with the document');
    if (!(file instanceof PDFDict)) return;
    this.expect(this.string(this.get(file, 'F')) === 'factur-x.xml', '6.8: F');
    this.expect(this.string(this.get(file, 'UF')) === 'factur-x.xml', '6.8: UF');
    this.expect(this.name(file, 'AFRelationship') === 'Alternative', '6.8: AFRelationship');
    const embedded = this.get(file, 'EF');
    const stream = embedded instanceof PDFDict ? this.get(embedded, 'F') : undefined;
    if (!(stream instanceof PDFRawStream)) {
      this.expect(false, '6.8: embedded file');
      return;
    }
    this.expect(this.name(stream.dict, 'Subtype') === 'text/xml', '6.8: MIME type');
    const params = this.get(stream.dict, 'Params');
    this.expect(params instanceof PDFDict && this.string(this.get(params, 'ModDate')) !== '', '6.8: ModDate');
    create(Buffer.from(decodePDFRawStream(stream).decode()).toString('utf8'));
  }

  /** Rules for dictionaries wherever they are. */
  private walk(object: PDFObject): void {
    if (object instanceof PDFRawStream) {
      this.filters(object.dict);
      this.dictionary(object.dict);
    } else if (object instanceof PDFDict) this.dictionary(object);
    else if (object instanceof PDFArray) for (const item of object.asArray()) this.walk(item);
    else if (object instanceof PDFName) this.expect(object.asString().length <= 127, '6.1.13: long name');
    else if (object instanceof PDFString || object instanceof PDFHexString) {
      this.expect(object.asBytes().length <= 32_767, '6.1.13: long string');
    }
  }

  private dictionary(dict: PDFDict): void {
    for (const [key, value] of dict.entries()) {
      const name = key.asString().slice(1);
      this.expect(!FORBIDDEN_KEYS.includes(name), `6.5: ${name}`);
      this.walk(value);
    }
    const type = this.name(dict, 'Type');
    if (type === 'Font') this.font(dict);
    if (type === 'Annot' || this.get(dict, 'Subtype') === PDFName.of('Link')) this.annotation(dict);
    if (this.get(dict, 'S') instanceof PDFName && type === 'Action') {
      this.expect(ALLOWED_ACTIONS.includes(this.name(dict, 'S')), `6.5.1: action ${this.name(dict, 'S')}`);
    }
    const blend = this.get(dict, 'BM');
    if (blend instanceof PDFName) this.expect(BLEND_MODES.includes(blend.decodeText()), '6.2.10: blend mode');
    if (this.name(dict, 'Subtype') === 'Image') {
      this.expect(this.get(dict, 'Interpolate') !== PDFBool.True, '6.2.8: interpolated image');
    }
    for (const key of ['ColorSpace', 'CS']) {
      this.expect(!String(dict.get(PDFName.of(key))).includes('DeviceCMYK'), '6.2.4.3: CMYK without its output intent');
    }
  }

  private filters(dict: PDFDict): void {
    const filter = String(this.get(dict, 'Filter'));
    this.expect(!/LZWDecode|Crypt/.test(filter), '6.1.7.2: filter');
    for (const key of ['F', 'FFilter', 'FDecodeParms']) {
      this.expect(this.get(dict, key) === undefined, '6.1.7.1: stream outside of the file');
    }
  }

  private font(font: PDFDict): void {
    const subtype = this.name(font, 'Subtype');
    const name = this.name(font, 'BaseFont');
    if (subtype === 'Type0' || subtype === 'Type3' || subtype === 'TrueType') {
      this.expect(this.get(font, 'ToUnicode') instanceof PDFRawStream, `6.2.11.7: no Unicode for ${name}`);
    }
    if (subtype === 'Type0' || subtype === 'Type3') return;
    const descriptor = this.get(font, 'FontDescriptor');
    const isEmbedded =
      descriptor instanceof PDFDict &&
      ['FontFile', 'FontFile2', 'FontFile3'].some((key) => this.get(descriptor, key) instanceof PDFRawStream);
    this.expect(isEmbedded, `6.2.11.4: ${name} is not embedded`);
    if (subtype === 'CIDFontType2') {
      this.expect(this.get(font, 'CIDToGIDMap') !== undefined, '6.2.11.3.2: CIDToGIDMap');
    }
  }

  private annotation(annotation: PDFDict): void {
    const flags = Number(String(this.get(annotation, 'F') ?? 0));
    this.expect((flags & 4) !== 0 && (flags & 0b100011) === 0, '6.3.2: annotation is not printed');
  }

  private pages(): void {
    for (const page of this.document.getPages()) {
      const contents = page.node.Contents();
      const stream = contents instanceof PDFRawStream ? contents : undefined;
      if (stream === undefined) continue;
      const text = Buffer.from(decodePDFRawStream(stream).decode()).toString('latin1');
      this.expect(!/(^|\s)[kK]\s*\n/.test(text), '6.2.4.3: CMYK without its output intent');
      this.expect(!/<(?:[0-9A-F]{4})*?0000(?:[0-9A-F]{4})*> Tj/.test(text), '6.2.11.8: a character without a glyph');
      this.expect(deepest(text) <= 28, '6.1.13: nested graphics states');
      this.expect(isAllMarked(text), 'PDF/UA, 7.1: content is neither tagged nor an artifact');
      this.expect(page.node.get(PDFName.of('Tabs')) === PDFName.of('S'), 'tab order does not follow the structure');
    }
  }

  private structure(): void {
    for (const [, element] of this.all) {
      if (!(element instanceof PDFDict) || this.name(element, 'Type') !== 'StructElem') continue;
      const type = this.name(element, 'S');
      if (type === 'Figure') {
        this.expect(this.string(this.get(element, 'Alt')) !== '', '6.7.3: figure without alternative text');
      }
      this.expect(this.get(element, 'P') instanceof PDFDict, '6.7.3: element without a parent');
    }
    this.parentTree();
  }

  /** Each piece of content leads to an element, and that element to the piece. */
  private parentTree(): void {
    const root = this.get(this.document.catalog, 'StructTreeRoot');
    const tree = root instanceof PDFDict ? this.get(root, 'ParentTree') : undefined;
    const parents = tree instanceof PDFDict ? this.get(tree, 'Nums') : undefined;
    for (const page of this.document.getPages()) {
      const key = Number(String(this.get(page.node, 'StructParents')));
      const elements = parents instanceof PDFArray ? parents.lookup(2 * key + 1) : undefined;
      if (!(elements instanceof PDFArray)) {
        this.expect(false, '6.7.3: page without its elements');
        continue;
      }
      for (let mcid = 0; mcid < elements.size(); mcid += 1) {
        const element = elements.lookup(mcid);
        if (!(element instanceof PDFDict)) continue;
        const kids = this.get(element, 'K');
        const list = kids instanceof PDFArray ? kids.asArray() : [kids];
        const leadsBack = list.some((kid) =>
          kid instanceof PDFDict
            ? kid.get(PDFName.of('Pg')) === page.ref && String(this.get(kid, 'MCID')) === String(mcid)
            : element.get(PDFName.of('Pg')) === page.ref && String(kid) === String(mcid),
        );
        this.expect(leadsBack, '6.7.3: content that no element has');
      }
    }
  }

  private get(dict: PDFDict, key: string): PDFObject | undefined {
    return dict.lookup(PDFName.of(key));
  }

  private name(dict: PDFDict, key: string): string {
    const value = this.get(dict, key);
    return value instanceof PDFName ? value.decodeText() : '';
  }

  private string(value: PDFObject | undefined): string {
    return value instanceof PDFString || value instanceof PDFHexString ? value.decodeText() : '';
  }

  private bool(dict: PDFDict, ...path: [string, string]): boolean {
    const inner = this.get(dict, path[0]);
    return inner instanceof PDFDict && this.get(inner, path[1]) === PDFBool.True;
  }
}

/** Whether nothing is painted outside of marked content. */
function isAllMarked(content: string): boolean {
  let depth = 0;
  for (const [operator] of content.matchAll(/(?<=^|\s|>)(?:BDC|BMC|EMC|f\*?|S|s|B\*?|b\*?|Tj|TJ|Do|sh)(?=\s|$)/g)) {
    if (operator === 'EMC') depth -= 1;
    else if (operator === 'BDC' || operator === 'BMC') depth += 1;
    else if (depth === 0) return false;
  }
  return depth === 0;
}

/** How deep graphics states are nested in a page's content. */
function deepest(content: string): number {
  let depth = 0;
  let most = 0;
  for (const [operator] of content.matchAll(/(?<=^|\s)[qQ](?=\s|$)/g)) {
    depth += operator === 'q' ? 1 : -1;
    most = Math.max(most, depth);
  }
  return most;
}
