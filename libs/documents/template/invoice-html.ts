import { type IssuedInvoice } from '@seatledger/domain';

import { type AnnexUnit } from '../view/annex';
import { invoiceView } from '../view/invoice-view';
import { compileTemplates } from './engine';
import { InvoiceFont } from './fonts';
import { readTemplateFiles } from './template-files';

/** Where the fonts come in, inside the template's `<head>`. */
const FONTS = '<!-- fonts -->';

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
    const html = this.template(invoiceView(invoice, annex, this.files.texts));
    const at = html.indexOf(FONTS);
    if (at === -1) return html;
    return `${html.slice(0, at)}<style>${this.font.rulesFor(html)}</style>${html.slice(at + FONTS.length)}`;
  }
}
