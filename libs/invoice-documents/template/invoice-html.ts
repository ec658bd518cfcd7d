import { type IssuedInvoice } from '@seatledger/domain';

import { type AnnexUnit } from '../view/annex';
import { invoiceView } from '../view/invoice-view';
import { compileTemplates } from './engine';
import { InvoiceFont } from './fonts';
import { readTemplateFiles } from './template-files';

/** Where the fonts come in, inside the template's `<head>`. */
const FONTS = '<!-- fonts -->';

/** A browser lays a document out for the screen first, which nobody sees: a third of its work. */
const NOT_ON_SCREEN = '@media screen{html{display:none}}';

/** Makes invoices into self-contained HTML: no script, nothing to load. */
export class InvoiceHtml {
  private readonly files;
  private readonly template;
  private readonly font = new InvoiceFont();
  /** Versions of the templates and of the font. */
  readonly version: string;

  /** @throws {TemplateError} the templates cannot be used */
  constructor(templateDir?: string) {
    this.files = readTemplateFiles(templateDir);
    this.template = compileTemplates(this.files.sources);
    this.version = `template ${this.files.version}, ${this.font.version}`;
  }

  /** @throws {TemplateError} the template fails on this invoice */
  of(invoice: IssuedInvoice, annex?: readonly AnnexUnit[]): string {
    return this.withStyles(invoice, annex, '');
  }

  /** The same, for the printer only. @throws {TemplateError} */
  toPrint(invoice: IssuedInvoice, annex?: readonly AnnexUnit[]): string {
    return this.withStyles(invoice, annex, NOT_ON_SCREEN);
  }

  private withStyles(invoice: IssuedInvoice, annex: readonly AnnexUnit[] | undefined, more: string): string {
    const html = printable(this.template(invoiceView(invoice, annex, this.files.texts)));
    const at = html.indexOf(FONTS);
    if (at === -1) return html;
    return `${html.slice(0, at)}<style>${this.font.rulesFor(html)}${more}</style>${html.slice(at + FONTS.length)}`;
  }
}

/**
 * Control characters and halves of characters have no glyph; signs that override the direction of
 * writing could turn round the words beside a name. None has a place in a printed text.
 */
const printable = (html: string): string =>
  html.toWellFormed().replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '');
