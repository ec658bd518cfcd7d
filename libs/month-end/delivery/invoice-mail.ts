import { type IssuedInvoice, type Language } from '@seatledger/domain';

import { type Mail } from './mail';

const KIND: Record<Language, Record<IssuedInvoice['kind'], string>> = {
  de: { invoice: 'Rechnung', 'credit-note': 'Rechnungskorrektur', cancellation: 'Stornorechnung' },
  en: { invoice: 'Invoice', 'credit-note': 'Invoice correction', cancellation: 'Cancellation invoice' },
};

/** Sender, subject and text of the mail that brings an invoice, in the invoice's language. */
export function invoiceMail(invoice: IssuedInvoice): Pick<Mail, 'from' | 'subject' | 'text'> {
  const { language, number, month, seller } = invoice;
  const kind = KIND[language][invoice.kind];
  const text =
    language === 'de'
      ? `Guten Tag,

im Anhang erhalten Sie die ${kind} ${number} für ${invoice.workspaceName}, Abrechnungsmonat ${month}, als PDF.

Fragen dazu beantworten wir gern: ${seller.contact.email}

Mit freundlichen Grüßen
${seller.name}
`
      : `Hello,

attached please find ${kind.toLowerCase()} ${number} for ${invoice.workspaceName}, billing month ${month}, as a PDF.

We are happy to answer your questions: ${seller.contact.email}

Kind regards
${seller.name}
`;
  return {
    from: { name: seller.name, address: seller.contact.email },
    subject: `${kind} ${number} · ${month}`,
    text,
  };
}
