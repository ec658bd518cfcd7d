import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import path from 'node:path';

import { PDFDocument } from '@cantoo/pdf-lib';
import { facturXXml } from '@seatledger/e-invoice';
import { RenderError } from '@seatledger/pdf';

import { textOfPages } from '../pdf/testing';
import { temporaryFolder } from '../pdf/testing';
import { attachedFile, problemsOfPdfA } from '../pdf/testing';
import { readStructure } from '../pdf/testing';
import { createInvoiceRenderer, type InvoiceRenderer } from './invoice-renderer';
import { annexOf, cancellation, GERMAN, line, sampleInvoice, SELLER, userInvoice } from './testing/samples';

const cacheDir = temporaryFolder();
let renderer: InvoiceRenderer;

beforeAll(() => {
  renderer = createInvoiceRenderer({ cacheDir });
});
afterAll(() => renderer.close());

/** The browser that this process started last. Ids do not tell: they begin again at the system's largest. */
function runningBrowser(): number {
  const started = new Map(browserRecords().map((file) => [file, statSync(file).mtimeMs]));
  const [last = ''] = [...started.keys()].sort((one, other) => started.get(other)! - started.get(one)!);
  return (JSON.parse(readFileSync(last, 'utf8')) as { browser: { pid: number } }).browser.pid;
}

/** What stands of the browsers of this process. */
function browserRecords(): string[] {
  const folder = path.join(cacheDir, 'browsers');
  const names = readdirSync(folder).filter((name) => name.startsWith(`${process.pid}-`));
  return names.map((name) => path.join(folder, name));
}

describe('a printed invoice', () => {
  it('is PDF/A-3 and PDF/UA with its e-invoice, tagged, with title, language, bookmarks and embedded fonts', async () => {
    const { pdf, sha256, pages, renderer: versions } = await renderer.render(sampleInvoice());
    const source = Buffer.from(pdf).toString('latin1');
    expect(await problemsOfPdfA(pdf)).toEqual([]);
    expect(await attachedFile(pdf, 'factur-x.xml')).toBe(facturXXml(sampleInvoice()));
    expect(pages).toBe(1);
    expect(sha256).toBe(createHash('sha256').update(pdf).digest('hex'));
    expect(versions).toMatch(/^template [0-9a-f]{12}, inter 5\.3\.0, .*Chrome\/\d+.*, zlib /);
    expect((await PDFDocument.load(pdf)).getTitle()).toBe('Rechnung RE-2026-000042');
    const fonts = new Set([...source.matchAll(/\/FontName \/\w{6}\+([\w-]+)/g)].map(([, name]) => name));
    expect([...fonts].sort()).toEqual(['Inter-Regular', 'Inter-SemiBold']);
    expect(source.match(/\/FontFile2/g)?.length).toBeGreaterThanOrEqual(2);
  });
  it('shows a screen reader what belongs together', async () => {
    const structure = await readStructure((await renderer.render(sampleInvoice())).pdf);
    const types = structure.map((line) => /\w+/.exec(line)?.[0]);
    expect(new Set(types)).toEqual(new Set(['Document', 'P', 'Table', 'TR', 'TH', 'TD', 'H1', 'H2', 'Figure']));
    expect(structure.find((line) => line.includes('Figure'))).toMatch(/“GiroCode für die Überweisung von 699,72\s€”/);
    // Every cell belongs to a heading, but those that are there for the layout.
    const cells = structure.filter((line) => /^ +TD/.test(line) && line.includes('['));
    expect(cells.length).toBeGreaterThan(20);
    expect(cells.filter((cell) => !/ of e\d{8}/.test(cell))).toEqual([]);
  });
  it('shows its texts, umlauts and euro signs included', async () => {
    const [text = ''] = textOfPages((await renderer.render(sampleInvoice())).pdf);
    for (const part of ['Müller & Söhne Maschinenbau GmbH', 'Straße der Einheit 7', '699,72 €', 'Seite 1 von 1']) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('\ufffd');
  });
  it('stays PDF/A with a logo that uses transparency, and gives the logo a text', async () => {
    const logoSvg =
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60"><filter id="b"><feGaussianBlur stdDeviation="2"/></filter>' +
      '<rect width="60" height="60" fill="#06c" opacity=".5"/><circle r="30" filter="url(#b)" style="mix-blend-mode:multiply"/></svg>';
    const { pdf } = await renderer.render(sampleInvoice({ seller: { ...SELLER, logoSvg } }));
    expect(await problemsOfPdfA(pdf)).toEqual([]);
    expect((await readStructure(pdf)).find((line) => line.includes('Figure'))).toContain(`“${SELLER.name}”`);
  });
  it.each([
    ['Chinese', '北京软件有限公司', 'CN', 'noto-sans-sc'],
    ['Japanese', '東京株式会社サンプル', 'JP', 'noto-sans-jp'],
    ['Korean', '주식회사 한국', 'KR', 'noto-sans-kr'],
    ['traditional Chinese', '臺灣軟體公司', 'TW', 'noto-sans-tc'],
    ['emoji', 'Team 😀🚀 👩‍👩‍👧 👍🏽 🇩🇪 ❤️', 'DE', 'noto-emoji'],
  ])('shows %s with a font that comes along', async (_what, name, country, font) => {
    const seller = { ...SELLER, name };
    const { pdf, renderer: versions } = await renderer.render(
      sampleInvoice({ workspaceName: name, seller, buyer: { ...GERMAN, name, country } }),
    );
    expect(versions).toContain(`, ${font} 5.3.`);
    expect(await problemsOfPdfA(pdf)).toEqual([]);
    expect((await PDFDocument.load(pdf)).getAuthor()).toBe(name);
  });
  it('with a character that no font has is held, and says which', async () => {
    const invoice = sampleInvoice({ workspaceName: 'private use: \ue000 漢' });
    await expect(renderer.render(invoice)).rejects.toMatchObject({
      failure: 'no-glyph',
      message: expect.stringMatching(/^No font here has \ue000 \(U\+E000\)\. Change the text, or install/) as string,
    });
  });
  it('with every kind of line still fits on one page', async () =>
    expect((await renderer.render(userInvoice())).pages).toBe(1));
  it('repeats headings and numbers its pages; the annex begins a page; totals stay with a line', async () => {
    const lines = Array.from({ length: 40 }, () => line({ kind: 'adjustment', month: '2026-01', netMinor: 100 }));
    const { pdf, pages } = await renderer.render(sampleInvoice({ variant: 'user', lines }), annexOf(200, true));
    const texts = textOfPages(pdf);
    expect(texts).toHaveLength(pages);
    texts.forEach((text, index) => {
      expect(text).toContain(`Seite ${index + 1} von ${pages}`);
      expect(text).toMatch(/Pos\.Leistung|KennungName/);
    });
    const annex = texts.findIndex((text) => text.includes('Anlage: abgerechnete Einheiten'));
    expect(texts[annex]).not.toContain('Gesamtbetrag');
    expect(texts[annex]).toContain('m-00001');
    const totals = texts.find((text) => text.includes('Gesamtbetrag'));
    expect(totals).toContain('Nachberechnung');
    expect(texts.at(-1)).toContain('Summe (200 Einheiten)');
    expect(texts.at(-1)).toContain('m-00200');
  });
  it('takes totals to the next page together with the last line, wherever the page ends', async () => {
    for (let count = 8; count <= 14; count += 1) {
      const lines = Array.from({ length: count }, () => line({ kind: 'adjustment', month: '2026-01', netMinor: 100 }));
      const texts = textOfPages((await renderer.render(sampleInvoice({ lines }))).pdf);
      expect(texts.find((text) => text.includes('Gesamtbetrag'))).toMatch(/Nachberechnung/);
    }
  });
});

describe('the same invoice', () => {
  it('has the same bytes, from cold browsers and warm ones, on one page, two or four', async () => {
    const hashes = new Map<string, Set<string>>();
    for (const pages of [1, 2, 4]) {
      const cold = createInvoiceRenderer({ cacheDir, pages });
      const documents = Array.from({ length: 2 }, () => [sampleInvoice(), userInvoice(), cancellation()]).flat();
      const annex = annexOf(40, true);
      const rendered = await Promise.all(
        documents.map((invoice) => cold.render(invoice, invoice.variant === 'user' ? annex : undefined)),
      );
      rendered.forEach(({ sha256 }, index) => {
        const number = documents[index]!.number;
        hashes.set(number, (hashes.get(number) ?? new Set()).add(sha256));
      });
      await cold.close();
    }
    expect([...hashes.values()].map(({ size }) => size)).toEqual([1, 1, 1]);
  });
});

describe('hostile names', () => {
  it('stay text: no script runs, nothing is fetched, no file is read', async () => {
    const requests: string[] = [];
    const server = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/leak`;
    const evil =
      `</title></style><script>document.title="x";fetch("${url}")</script><img src="${url}"><iframe src="file:///etc/passwd">` +
      `"} @import url(${url}); *{background:url(${url})} javascript:alert(1) \u202eRTL\u202c 😀👩‍👩‍👧 漢字 عربي`;
    const { pdf, pages } = await renderer.render(
      sampleInvoice({
        workspaceName: evil,
        buyer: { ...GERMAN, name: evil, street: 'x'.repeat(2000) },
        seller: {
          ...SELLER,
          name: evil,
          managers: evil,
          logoSvg: `<svg xmlns="http://www.w3.org/2000/svg"><image href="${url}"/><script>fetch("${url}")</script></svg>`,
        },
      }),
      annexOf(5, true).map((unit) => ({ ...unit, name: evil, unitId: 'W'.repeat(64), teams: [evil] })),
    );
    await new Promise((resolve) => server.close(resolve));
    const text = textOfPages(pdf).join('\n');
    expect(requests).toEqual([]);
    expect(pages).toBeGreaterThan(1);
    expect(text.replaceAll('\n', '')).toContain('<script>document.title=');
    expect(text).not.toContain('root:');
    expect(Buffer.from(pdf).toString('latin1')).not.toMatch(/\/URI|\/JavaScript/);
    // But for fonts that a machine may lack, the document is as sound as any.
    expect((await problemsOfPdfA(pdf)).filter((problem) => !problem.startsWith('6.2.11.8'))).toEqual([]);
  });
});

describe('the pool', () => {
  it('prints many at once, each its own, also when pages are renewed', async () => {
    const numbers = Array.from({ length: 100 }, (_unused, index) => `RE-2026-${String(index + 1).padStart(6, '0')}`);
    const documents = await Promise.all(numbers.map((number) => renderer.render(sampleInvoice({ number }))));
    documents.forEach(({ pdf }, index) => {
      expect(textOfPages(pdf)[0]).toContain(`Rechnung ${numbers[index]}`);
    });
  });
  it('survives the death of the browser between and during documents', async () => {
    await renderer.ready();
    process.kill(runningBrowser(), 'SIGKILL');
    expect((await renderer.render(sampleInvoice())).pages).toBe(1);
    const long = [1, 2, 3].map(() => renderer.render(userInvoice(), annexOf(800, true)));
    setTimeout(() => process.kill(runningBrowser(), 'SIGKILL'), 120);
    expect((await Promise.all(long)).map(({ pages }) => pages > 15)).toEqual([true, true, true]);
  });
  it('refuses a document that takes too much memory, and goes on with the others', async () => {
    const small = createInvoiceRenderer({ cacheDir, memoryLimit: 200 * 1024 ** 2 });
    const [large, other] = await Promise.allSettled([
      small.render(userInvoice(), annexOf(3000, true)),
      small.render(sampleInvoice()),
    ]);
    expect(large).toMatchObject({ status: 'rejected', reason: { failure: 'too-large' } });
    expect(other).toMatchObject({ status: 'fulfilled' });
    expect((await small.render(sampleInvoice())).pages).toBe(1);
    await small.close();
  });
  it('gives up after its time limit, and goes on with the next', async () => {
    const hasty = createInvoiceRenderer({ cacheDir, timeLimit: 100 });
    await hasty.ready();
    await expect(hasty.render(userInvoice(), annexOf(3000, true))).rejects.toMatchObject({ failure: 'too-slow' });
    await hasty.close();
    await expect(hasty.render(sampleInvoice())).rejects.toMatchObject({ failure: 'closed' });
  });
  it('passes on what a template has to say, and goes on', async () => {
    const broken = { ...sampleInvoice(), taxes: [{ category: 'X', rate: '1', netMinor: 0, taxMinor: 0 }] };
    await expect(renderer.render(broken as never)).rejects.not.toThrow(RenderError);
    expect((await renderer.render(sampleInvoice())).pages).toBe(1);
  });
  it('leaves no process and no file behind when it is closed, also while it prints', async () => {
    // No limit of time helps here: what is printed has to learn that the browser is gone.
    const recordsBefore = browserRecords();
    const closing = createInvoiceRenderer({ cacheDir, timeLimit: 600_000 });
    await closing.ready();
    const browser = runningBrowser();
    const printing = Array.from({ length: 5 }, () => closing.render(userInvoice(), annexOf(300, true)));
    const outcomes = Promise.allSettled(printing);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await closing.close();
    for (const outcome of await outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ failure: 'closed' });
    }
    expect(processesOfGroup(browser)).toEqual([]);
    expect(browserRecords()).toEqual(recordsBefore);
  });
});

/** Ids of the processes in a group that still run. */
function processesOfGroup(group: number): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(pgrp) === group && state !== 'Z';
    } catch {
      return false;
    }
  });
}
