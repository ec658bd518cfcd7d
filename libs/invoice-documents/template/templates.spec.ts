import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { temporaryFolder } from '../../pdf/testing';
import { annexOf, GERMAN, sampleInvoice, SELLER } from '../testing/samples';
import { cssString } from './css-string';
import { compileTemplates } from './engine';
import { InvoiceHtml } from './invoice-html';
import { TemplateError } from './template-error';

const compile = (files: Record<string, string>) => compileTemplates(new Map(Object.entries(files)));

describe('a template that fails says where', () => {
  it.each([
    ['an unknown value', { invoice: 'a\n  {{nothing}}' }, 'invoice.hbs, line 2, column 5: the view has no “nothing”'],
    ['one in a partial', { invoice: '{{> p/x}}', 'p/x': '\n\n{{no.thing}}' }, 'p/x.hbs, line 3'],
    ['wrong syntax', { invoice: 'a\nb\n{{#if x}}' }, 'invoice.hbs, line 3'],
    ['an unescaped value', { invoice: 'x\n{{{title}}}' }, 'invoice.hbs, line 2, column 1: a value must be escaped'],
    ['another unescaped value', { invoice: '{{&title}}' }, 'a value must be escaped'],
    ['an unescaped value inside a block', { invoice: '{{#if a}}{{{b}}}{{/if}}' }, 'a value must be escaped'],
    ['a plain value in a style', { 'a.css': 'x{content: {{title}} }', invoice: '' }, '{{cssString value}}'],
    ['a CSS string in HTML', { invoice: '<p>{{cssString title}}</p>' }, 'belongs into a style sheet'],
    ['no template', { other: '' }, 'invoice.hbs: does not exist'],
    ['a partial that there is not', { invoice: '{{> none}}' }, 'none'],
    ['a prototype', { invoice: '{{title.constructor.name}}' }, 'invoice.hbs, line 1'],
  ])('%s', (_what, files, message) => {
    const render = () => compile(files)({ title: 'T', a: true });
    expect(render).toThrow(TemplateError);
    expect(render).toThrow(message);
  });
});

describe('templates of a user', () => {
  const parent = temporaryFolder();
  const folderWith = (files: Record<string, string>): string => {
    const folder = mkdtempSync(path.join(parent, 'templates-'));
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), content);
    }
    return folder;
  };
  const own = new InvoiceHtml();

  it('replace ours file by file', () => {
    const html = new InvoiceHtml(folderWith({ 'partials/payment.hbs': '<p>Bar bei {{seller.name}}</p>' }));
    expect(html.of(sampleInvoice())).toContain('<p>Bar bei Lizenzhafen Münster GmbH</p>');
    expect(html.of(sampleInvoice())).toContain('Gesamtbetrag');
    expect(html.version).not.toBe(own.version);
  });
  it('may use the whole view', () => {
    const html = new InvoiceHtml(
      folderWith({ 'invoice.hbs': '<title>{{title}}</title>{{#each facts}}{{label}}{{/each}}' }),
    );
    expect(html.of(sampleInvoice())).toContain('<title>Rechnung RE-2026-000042</title>Rechnungsnummer');
  });
  it('are refused at the start when a text is missing or the folder is', () => {
    expect(() => new InvoiceHtml(folderWith({ 'texts/en.json': '{"kind":{"invoice":"Bill"}}' }))).toThrow(
      /texts.en\.json: the text “kind.credit-note” is missing/,
    );
    expect(() => new InvoiceHtml(folderWith({ 'texts/de.json': '{' }))).toThrow(/de\.json: no JSON/);
    expect(() => new InvoiceHtml('/nowhere')).toThrow('/nowhere: TEMPLATE_DIR is not a folder');
  });
});

describe('texts from outside', () => {
  const EVIL =
    '</title></style></script><script>alert(1)</script><img src=x onerror=alert(1)>"\' {{title}} &lt; javascript:x';
  const html = new InvoiceHtml().of(
    sampleInvoice({
      number: 'RE"}</style>',
      workspaceName: EVIL,
      workspaceId: EVIL,
      reason: EVIL,
      replaces: EVIL,
      buyer: { ...GERMAN, name: EVIL, street: EVIL, city: EVIL, reference: EVIL, vatId: EVIL },
      seller: { ...SELLER, name: EVIL, register: EVIL, managers: EVIL, logoSvg: `<svg onload="x">${EVIL}</svg>` },
    }),
    annexOf(3, true).map((unit) => ({ ...unit, unitId: EVIL, name: EVIL, teams: [EVIL] })),
  );

  it('are text in the HTML, whatever they hold', () => {
    expect(html).not.toMatch(/<script|<img src=x/);
    expect(html.match(/<\/style>/g)).toHaveLength(2);
    expect(html.match(/<\/title>/g)).toHaveLength(1);
    expect(html).not.toMatch(/(href|src)="?javascript:/);
    expect(html).toContain('{{title}}');
  });
  it('are strings in the style sheet', () => {
    const style = html.slice(html.lastIndexOf('<style>'), html.lastIndexOf('</style>'));
    expect(style).toContain('content: "Rechnung RE\\22 \\7d \\3c \\2f style\\3e "');
    expect(style).not.toContain('alert(');
  });
  it('are without control characters, halves of characters and overrides of the direction', () => {
    const text = new InvoiceHtml().of(sampleInvoice({ workspaceName: 'a\0b\u0007c\u0085d\ud800e\u202ef\u2067g' }));
    expect(text).toContain('„abcd\ufffdefg“');
  });
  it('brings no script and nothing to load', () => {
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
  });
  it.each([
    ['a"b', '"a\\22 b"'],
    ['a\nb', '"a\\a b"'],
    ['\\', '"\\5c "'],
    ['ö😀', '"\\f6 \\1f600 "'],
    ['a\0\u0007', '"a  "'],
    ['\ud800', '"\\fffd "'],
  ])('%j is the CSS string %s', (text, css) => expect(cssString(text)).toBe(css));
});

describe('fonts', () => {
  it('come along as far as they are needed', () => {
    const html = new InvoiceHtml();
    const facesIn = (workspaceName: string) => html.of(sampleInvoice({ workspaceName })).match(/@font-face/g)?.length;
    expect(facesIn('Größe €')).toBe(2);
    expect(facesIn('Łódź')).toBe(4);
    expect(facesIn('Київ')).toBe(4);
  });
});

describe('numbers', () => {
  const htmlOf = (workspaceName: string) => new InvoiceHtml().of(sampleInvoice({ workspaceName }));

  it('are not broken at their hyphens', () => {
    const html = htmlOf('W');
    expect(html).toContain('<h1>Rechnung <span class="unbroken">RE-2026-000042</span></h1>');
    expect(html).toContain('der Nummer <span class="unbroken">RE-2026-000042</span>.');
  });
  it('that are too long for a line may be, and what is no number stays as it is', () => {
    const long = `A-${'1'.repeat(40)}`;
    expect(htmlOf(`${long} Stadt-Land-Fluss <b>`)).toContain(`„${long} Stadt-Land-Fluss &lt;b&gt;“`);
  });
});
