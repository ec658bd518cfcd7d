import { cancelledKindOf, type EInvoiceFormat, type IssuedInvoice, type Language } from '@seatledger/domain';
import { formatFor } from '@seatledger/invoice-documents';

/** What an invoice's mail says. */
export interface MailText {
  readonly subject: string;
  readonly text: string;
}

type Kind = IssuedInvoice['kind'];

interface Words {
  readonly kind: Readonly<Record<Kind, string>>;
  readonly forMonths: Readonly<Record<Kind, (months: string) => string>>;
  readonly cancels: (original: string) => string;
  readonly dueOn: (day: string) => string;
  readonly dueNow: string;
  readonly inYourFavour: string;
  readonly nothingDue: string;
  readonly again: string;
  readonly attached: Readonly<Record<EInvoiceFormat, string>>;
  readonly body: (parts: BodyParts) => string;
  readonly repeated: string;
}

interface BodyParts {
  readonly document: string;
  readonly workspace: string;
  readonly attached: string;
  readonly amount: string;
  readonly remarks: string;
  readonly email: string;
  readonly seller: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  de: {
    kind: { invoice: 'Rechnung', 'credit-note': 'Rechnungskorrektur', cancellation: 'Stornorechnung' },
    forMonths: {
      invoice: (months) => `für ${months}`,
      'credit-note': (months) => `zu ${months}`,
      cancellation: (months) => `zu ${months}`,
    },
    cancels: (original) => `zur ${original}`,
    dueOn: (day) => `fällig am ${day}`,
    dueNow: 'sofort fällig',
    inYourFavour: 'zu Ihren Gunsten',
    nothingDue: 'nichts zu zahlen',
    again: 'Erneut gesendet',
    attached: {
      zugferd: 'als PDF mit eingebetteter E-Rechnung (ZUGFeRD)',
      xrechnung: 'als XRechnung (XML)',
      both: 'als PDF und als XRechnung (XML)',
    },
    body: ({ document, workspace, attached, amount, remarks, email, seller }) => `Guten Tag,

im Anhang erhalten Sie die ${document}, für den Workspace ${workspace} ${attached}.

Betrag: ${amount}
${remarks}
Fragen dazu beantworten wir gern: ${email}

Mit freundlichen Grüßen
${seller}
`,
    repeated: 'Dieses Dokument haben wir Ihnen schon einmal gesendet; es ist unverändert.\n',
  },
  en: {
    kind: { invoice: 'Invoice', 'credit-note': 'Invoice correction', cancellation: 'Cancellation invoice' },
    forMonths: {
      invoice: (months) => `for ${months}`,
      'credit-note': (months) => `for ${months}`,
      cancellation: (months) => `for ${months}`,
    },
    cancels: (original) => `of ${original}`,
    dueOn: (day) => `due on ${day}`,
    dueNow: 'due immediately',
    inYourFavour: 'in your favour',
    nothingDue: 'nothing to pay',
    again: 'Sent again',
    attached: {
      zugferd: 'as a PDF with the e-invoice in it (ZUGFeRD)',
      xrechnung: 'as an XRechnung (XML)',
      both: 'as a PDF and as an XRechnung (XML)',
    },
    body: ({ document, workspace, attached, amount, remarks, email, seller }) => `Hello,

attached please find ${lowerFirst(document)}, for the workspace ${workspace}, ${attached}.

Amount: ${amount}
${remarks}
We are happy to answer your questions: ${email}

Kind regards
${seller}
`,
    repeated: 'We have sent you this document before; it is unchanged.\n',
  },
};

/**
 * Subject and text of the mail that brings an invoice, in the invoice's language.
 * @param isRepeat the same document went out before
 */
export function invoiceMailText(invoice: IssuedInvoice, isRepeat: boolean): MailText {
  const { language, seller, workspaceName } = invoice;
  const words = WORDS[language];
  const document = documentOf(invoice, words);
  const amount = amountOf(invoice, words);
  return {
    subject: `${isRepeat ? `${words.again}: ` : ''}${seller.name}: ${document}, ${amount}`,
    text: words.body({
      document,
      workspace: workspaceName,
      attached: words.attached[invoice.eInvoiceFormat],
      amount,
      remarks: isRepeat ? words.repeated : '',
      email: seller.contact.email,
      seller: seller.name,
    }),
  };
}

/** `Stornorechnung RE-2026-000046 zur Rechnung RE-2026-000042 zu März 2026`. */
function documentOf(invoice: IssuedInvoice, { kind, cancels, forMonths }: Words): string {
  const cancelled =
    invoice.cancels === undefined ? [] : [cancels(`${cancelledName(invoice, kind)} ${invoice.cancels}`)];
  const months = forMonths[invoice.kind](monthsOf(invoice));
  return [kind[invoice.kind], invoice.number, ...cancelled, months].join(' ');
}

const cancelledName = (invoice: IssuedInvoice, kind: Words['kind']): string => {
  const name = kind[cancelledKindOf(invoice)];
  return invoice.language === 'de' ? name : lowerFirst(name);
};

/** The month that is billed, in words; of a correction those that it corrects. */
function monthsOf({ kind, month, lines, language, currency }: IssuedInvoice): string {
  const { list, month: inWords } = formatFor(language, currency);
  if (kind !== 'credit-note') return inWords(month);
  const corrected = new Set(lines.filter((line) => line.kind === 'adjustment').map((line) => line.month));
  return list((corrected.size === 0 ? [month] : [...corrected].sort()).map(inWords));
}

/** `699,72 €, fällig am 15.04.2026`. */
function amountOf(invoice: IssuedInvoice, words: Words): string {
  const { grossMinor, language, currency, paymentTermDays, dueDate, kind } = invoice;
  const format = formatFor(language, currency);
  if (grossMinor === 0) return words.nothingDue;
  if (grossMinor < 0) return `${format.money(-grossMinor)} ${words.inYourFavour}`;
  // What a cancelled correction asks back was never due on a day.
  if (kind === 'cancellation') return format.money(grossMinor);
  const due = paymentTermDays === 0 ? words.dueNow : words.dueOn(format.date(dueDate));
  return `${format.money(grossMinor)}, ${due}`;
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
