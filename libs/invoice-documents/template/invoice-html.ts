import { type IssuedInvoice } from '@seatledger/domain';

import { type AnnexUnit } from '../view/annex';
import { invoiceView } from '../view/invoice-view';
import { compileTemplates } from './engine';
import { InvoiceFonts, type TextFonts } from './fonts';
import { readTemplateFiles } from './template-files';

/** Where the fonts come in, inside the template's `<head>`. */
const FONTS = '<!-- fonts -->';

/** A browser lays a document out for the screen first, which nobody sees: a third of its work. */
const NOT_ON_SCREEN = '@media screen{html{display:none}}';

/** Makes invoices into self-contained HTML: no script, nothing to load. */
export class InvoiceHtml {
  private readonly files;
  private readonly template;
  private readonly fonts = new InvoiceFonts();
  /** Of the templates. */
  readonly version: string;

  /** @throws {TemplateError} the templates cannot be used */
  constructor(templateDir?: string) {
    this.files = readTemplateFiles(templateDir);
    this.template = compileTemplates(this.files.sources);
    this.version = `template ${this.files.version}`;
  }

  /** @throws {TemplateError} the template fails on this invoice */
  of(invoice: IssuedInvoice, annex?: readonly AnnexUnit[]): string {
    return this.withStyles(invoice, annex, '').html;
  }

  /** The same, for the printer only. @throws {TemplateError} */
  toPrint(invoice: IssuedInvoice, annex?: readonly AnnexUnit[]): HtmlToPrint {
    const { html, text, fonts } = this.withStyles(invoice, annex, NOT_ON_SCREEN);
    return {
      html,
      version: `${this.version}, ${fonts.version}`,
      uncovered: () => this.fonts.missingIn(text),
    };
  }

  private withStyles(invoice: IssuedInvoice, annex: readonly AnnexUnit[] | undefined, more: string): StyledHtml {
    const text = printable(this.template(invoiceView(invoice, annex, this.files.texts)));
    const fonts = this.fonts.for(text, invoice.buyer.country);
    const at = text.indexOf(FONTS);
    const styles = `<style>${fonts.rules}${more}</style>`;
    const html = at === -1 ? text : `${text.slice(0, at)}${styles}${text.slice(at + FONTS.length)}`;
    return { html, text, fonts };
  }
}

interface StyledHtml {
  readonly html: string;
  /** Without the fonts. */
  readonly text: string;
  readonly fonts: TextFonts;
}

export interface HtmlToPrint {
  readonly html: string;
  /** Versions of the templates and of the fonts. */
  readonly version: string;
  /** Its characters that none of the fonts that come along has. */
  readonly uncovered: () => readonly string[];
}

/**
 * Control characters and halves of characters have no glyph; signs that override the direction of
 * writing could turn round the words beside a name. None has a place in a printed text.
 */
const printable = (html: string): string =>
  html.toWellFormed().replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '');
