import {
  cancelledKindOf,
  type CorrectedInvoice,
  exact,
  type InvoiceLine,
  type IssuedInvoice,
  type Seller,
  type TaxSubtotal,
  type TaxTreatment,
} from '@seatledger/domain';

import { type AnnexUnit } from './annex';
import { type Format, formatFor } from './format';
import { giroCodeText, type QrCode, qrCodeOf } from './giro-code';
import { areWide, fitsInFoot, fitsInWindow, FOOT_SIZES, shortened } from './room';
import { fill, formOf, type Texts, type TextsByLanguage } from './texts';

/**
 * What a template shows. Everything is text, formatted for the invoice's language, in the order
 * to be shown; nothing has to be computed or compared. What may be missing is null. Texts come
 * from outside and are neither HTML nor CSS: `{{value}}` escapes them for HTML, `{{cssString
 * value}}` makes a CSS string of them.
 */
export interface InvoiceView {
  readonly language: 'de' | 'en';
  /** `Rechnung RE-2026-000001`; also the PDF's title. */
  readonly title: string;
  /** `invoice`, `credit-note` or `cancellation`, for styles. */
  readonly kind: string;
  /** `Rechnung`, `Rechnungskorrektur`, `Stornorechnung`. */
  readonly kindName: string;
  readonly number: string;
  readonly seller: {
    readonly name: string;
    /** For the running head: the name, cut off where it is long. It stands in full on the first page. */
    readonly shortName: string;
    /** Whether the name has to be set smaller. */
    readonly isLong: boolean;
    /** A `data:` address of the seller's SVG logo. */
    readonly logo: string | null;
    /** One line for the address window. */
    readonly returnAddress: string;
  };
  /** The buyer's address, line by line; the country in capitals when it is another (DIN 5008). */
  readonly recipient: readonly string[];
  /** Whether the address has to be set smaller, to stay within the window. */
  readonly recipientIsLong: boolean;
  /** The information block: number, dates, customer number, references, contact. */
  readonly facts: readonly Fact[];
  readonly intro: string;
  /** What the document corrects or replaces, and why. */
  readonly remarks: readonly string[];
  /** The amount to be paid, near the top; null when nothing is. */
  readonly due: AmountRow | null;
  readonly columns: ColumnTitles;
  /** Whether amounts are larger than the columns have room for. */
  readonly linesAreWide: boolean;
  /** All lines but the last, which is kept together with the totals. */
  readonly lines: readonly LineView[];
  readonly lastLine: LineView | null;
  /** Net and tax rows, then the gross amount. */
  readonly totals: readonly AmountRow[];
  readonly grandTotal: AmountRow;
  /** Reasons for taxes that are not charged (§ 14 (4) no. 8, § 14a UStG). */
  readonly taxNotes: readonly string[];
  readonly payment: {
    readonly heading: string;
    readonly sentences: readonly string[];
    /** Empty when nothing is to be transferred. */
    readonly bank: readonly Fact[];
    readonly qr: (QrCode & { readonly viewBox: string; readonly caption: string; readonly alt: string }) | null;
  };
  /** Where the units are listed; null when they are not. */
  readonly annexHint: string | null;
  readonly annex: AnnexView | null;
  /** The seller's particulars at the foot of each page, in two columns; set smaller where they are long. */
  readonly footer: { readonly left: string; readonly right: string; readonly small: boolean };
  /** The seller's particulars in the document, where the foot of the page has no room for them. */
  readonly particulars: { readonly heading: string; readonly lines: readonly string[] } | null;
  /** `Seite ` and ` von `, around the page numbers. */
  readonly page: { readonly before: string; readonly between: string };
}

interface Fact {
  readonly label: string;
  readonly value: string;
}

interface ColumnTitles {
  readonly position: string;
  readonly description: string;
  readonly quantity: string;
  readonly unit: string;
  readonly unitPrice: string;
  readonly taxRate: string;
  readonly net: string;
}

interface LineView {
  readonly position: string;
  readonly title: string;
  /** Smaller, below the title. */
  readonly details: readonly string[];
  readonly quantity: string;
  readonly unit: string;
  /** Empty where one price does not say it. */
  readonly unitPrice: string;
  readonly taxRate: string;
  readonly net: string;
}

interface AmountRow {
  readonly label: string;
  readonly amount: string;
}

interface AnnexView {
  readonly heading: string;
  readonly intro: string;
  /** `teams` is null where units are teams. */
  readonly columns: {
    readonly id: string;
    readonly name: string;
    readonly teams: string | null;
    readonly quantity: string;
  };
  readonly rows: readonly {
    readonly id: string;
    readonly name: string;
    readonly teams: string | null;
    readonly quantity: string;
  }[];
  readonly total: AmountRow;
  /** Said in place of the table when there is no unit, or more than can be listed. */
  readonly none: string | null;
}

/**
 * Makes the view of an issued invoice: all that § 14 (4) UStG asks for, § 14a (1) and (5) for
 * services to businesses abroad, § 31 (5) UStDV for corrections. Says nothing that the invoice
 * does not say.
 */
export function invoiceView(
  invoice: IssuedInvoice,
  annex: readonly AnnexUnit[] | undefined,
  texts: TextsByLanguage,
): InvoiceView {
  const { language, kind, number, seller } = invoice;
  const text = texts[language];
  const format = formatFor(language, invoice.currency);
  const lines = invoice.lines.map((line, index) => lineView(line, index, invoice, text, format));
  const recipient = recipientLines(invoice, format);
  const grandTotal = { label: text.totalOf[kind], amount: format.money(invoice.grossMinor) };
  return {
    language,
    title: `${text.kind[kind]} ${number}`,
    kind,
    kindName: text.kind[kind],
    number,
    seller: {
      name: seller.name,
      shortName: shortened(seller.name, MAX_RUNNING_NAME),
      isLong: seller.name.length > MAX_LARGE_NAME,
      logo: seller.logoSvg === undefined ? null : svgAddress(seller.logoSvg),
      returnAddress: `${seller.name} · ${seller.street} · ${seller.postalCode} ${seller.city}`,
    },
    recipient,
    recipientIsLong: !fitsInWindow(recipient),
    facts: facts(invoice, text, format),
    intro: intro(invoice, text, format),
    remarks: remarks(invoice, text, format),
    due: amountDue(invoice, text, format),
    linesAreWide: areWide(lines, grandTotal),
    columns: {
      position: text.position,
      description: text.description,
      quantity: text.quantity,
      unit: text.unit,
      unitPrice: text.unitPrice,
      taxRate: text.taxRate,
      net: text.net,
    },
    lines: lines.slice(0, -1),
    lastLine: lines.at(-1) ?? null,
    totals: [
      { label: text.netTotal, amount: format.money(invoice.netMinor) },
      ...invoice.taxes.map((tax) => ({ label: taxLabel(tax, text, format), amount: format.money(tax.taxMinor) })),
    ],
    grandTotal,
    taxNotes: [...taxNotes(invoice, text), ...euroNote(invoice, text, format)],
    payment: payment(invoice, text, format),
    annexHint: annex === undefined ? null : text.annex.hint,
    annex: annex === undefined ? null : annexView(invoice, annex, text, format),
    ...particulars(seller, text),
    page: text.page,
  };
}

/** Of a name set at 15 pt, beside which there must be room for the window. */
const MAX_LARGE_NAME = 100;
/** In the running head of the further pages. */
const MAX_RUNNING_NAME = 45;

const svgAddress = (svg: string): string => `data:image/svg+xml;base64,${Buffer.from(svg, 'utf8').toString('base64')}`;

function recipientLines({ buyer, seller, language }: IssuedInvoice, format: Format): string[] {
  const { name, contact = '', street, addressLine2 = '', postalCode, city, country } = buyer;
  const abroad = country === seller.country ? [] : [format.country(country).toLocaleUpperCase(language)];
  return [name, contact, street, addressLine2, `${postalCode} ${city}`.trim(), ...abroad].filter((line) => line !== '');
}

function facts(invoice: IssuedInvoice, text: Texts, format: Format): Fact[] {
  const { kind, buyer, seller, servicePeriod, references = {} } = invoice;
  const all: [string, string | undefined][] = [
    [text.number[kind], invoice.number],
    [text.date[kind], format.date(invoice.issueDate)],
    [text.cancels, invoice.cancels],
    [text.corrects, kind === 'credit-note' ? correctedNumber(invoice) : undefined],
    [text.servicePeriod, format.period(servicePeriod.from, servicePeriod.to)],
    [text.dueDate, kind !== 'cancellation' && invoice.grossMinor > 0 ? format.date(invoice.dueDate) : undefined],
    [text.customerNumber, buyer.buyerId ?? invoice.workspaceId],
    [text.reference, buyer.reference],
    [text.purchaseOrder, references.purchaseOrder],
    [text.contractNumber, references.contract],
    [text.costCentre, references.costCentre],
    [text.supplierNumber, references.supplierNumber],
    [text.buyerVatId, buyer.vatId],
    [text.contact, seller.contact.name],
    [text.phone, seller.contact.phone],
    [text.email, seller.contact.email],
  ];
  return all.flatMap(([label, value]) => (value === undefined || value === '' ? [] : [{ label, value }]));
}

/** The number of the corrected invoice; of several, the remarks tell. */
function correctedNumber({ corrects = [] }: IssuedInvoice): string | undefined {
  const [number, ...others] = new Set(corrects.map((corrected) => corrected.number));
  return others.length === 0 ? number : undefined;
}

/** `Rechnung RE-2026-000001 vom 01.02.2026`, each once. */
function originalsOf(corrects: readonly CorrectedInvoice[], text: Texts, format: Format): string[] {
  const all = corrects.map(({ number, issueDate }) =>
    fill(text.original.issued, {
      original: fill(text.original.invoice, { number }),
      date: format.date(issueDate),
    }),
  );
  return [...new Set(all)];
}

function intro(invoice: IssuedInvoice, text: Texts, format: Format): string {
  const corrected = new Set(invoice.lines.filter(({ kind }) => kind === 'adjustment').map(({ month }) => month));
  const months = corrected.size > 0 ? [...corrected].sort() : [invoice.month];
  return fill(text.intro[invoice.kind], {
    workspace: invoice.workspaceName,
    month: format.month(invoice.month),
    months: format.list(months.map(format.month)),
    cancels: cancelledOne(invoice, text, format),
  });
}

/** What a cancellation cancels: `Rechnung RE-2026-000001 vom 01.02.2026`. */
function cancelledOne(invoice: IssuedInvoice, text: Texts, format: Format): string {
  const { cancels, corrects = [] } = invoice;
  if (cancels === undefined) return '';
  const original = fill(text.original[cancelledKindOf(invoice)], { number: cancels });
  const issueDate = corrects.find(({ number }) => number === cancels)?.issueDate;
  return issueDate === undefined ? original : fill(text.original.issued, { original, date: format.date(issueDate) });
}

function remarks(invoice: IssuedInvoice, text: Texts, format: Format): string[] {
  const { kind, corrects = [], replaces, reason } = invoice;
  return [
    ...(kind === 'credit-note' && corrects.length > 0
      ? [fill(text.correctsInvoices, { originals: format.list(originalsOf(corrects, text, format)) })]
      : []),
    ...(replaces === undefined ? [] : [fill(text.replaces, { replaces })]),
    ...(reason === undefined || reason === '' ? [] : [fill(text.reason, { reason })]),
  ];
}

function lineView(line: InvoiceLine, index: number, invoice: IssuedInvoice, text: Texts, format: Format): LineView {
  const isFlat = line.kind === 'discount';
  return {
    position: String(index + 1),
    title: line.description.replaceAll(line.month, format.month(line.month)),
    details: lineDetails(line, index, invoice, text, format),
    quantity: isFlat ? '' : format.quantity(line.quantity),
    unit: isFlat ? text.flatUnit : formOf(text.units[line.variant ?? invoice.variant], line.quantity),
    unitPrice: line.unitPriceMinor === undefined ? '' : format.money(line.unitPriceMinor),
    taxRate: rateOf(line.tax, text, format),
    net: format.money(line.netMinor),
  };
}

function lineDetails(line: InvoiceLine, index: number, invoice: IssuedInvoice, text: Texts, format: Format): string[] {
  switch (line.kind) {
    case 'license': {
      const isFirst = invoice.lines.findIndex(({ kind }) => kind === 'license') === index;
      return isFirst ? [ruleText(invoice, text), ...countTexts(invoice, text, format)] : [];
    }
    case 'minimum':
      return [minimumText(line, invoice, text, format)];
    case 'discount':
      return [fill(text.discountDetail, { month: format.month(line.month) })];
    case 'adjustment': {
      // By the sign negated a charge would be a correction; the cancelled invoice says what it settled.
      if (invoice.kind === 'cancellation') return [];
      const words = text.adjustmentDetail;
      const originals = (invoice.corrects ?? []).filter(({ month }) => month === line.month);
      if (originals.length > 0) {
        return [fill(words.original, { originals: format.list(originalsOf(originals, text, format)) })];
      }
      return [fill(line.netMinor < 0 ? words.credit : words.charge, { monthId: line.month })];
    }
  }
}

const ruleText = ({ variant, countingRule }: IssuedInvoice, text: Texts): string =>
  fill(text.countedBy, { rule: text.countingRule[variant][countingRule] });

/** How many units were counted, where the billed quantity does not say it. */
function countTexts(invoice: IssuedInvoice, text: Texts, format: Format): string[] {
  const { variant, units, quantity } = invoice;
  const free = exact(quantity).minus(billedQuantity(invoice).abs());
  const isWhole = quantity === String(units);
  if (isWhole && free.isZero()) return [];
  const count = fill(formOf(text.countedUnits[variant], String(units)), { units: format.quantity(String(units)) });
  return [
    [
      count,
      ...(isWhole ? [] : [fill(text.countedQuantity, { quantity: format.quantity(quantity) })]),
      ...(free.greaterThan(0) ? [fill(text.unbilledQuantity, { quantity: format.quantity(free.toFixed()) })] : []),
    ].join(', '),
  ];
}

/** What was agreed on and what was counted, of which the line bills the difference. */
function minimumText(line: InvoiceLine, invoice: IssuedInvoice, text: Texts, format: Format): string {
  const minimum = exact(line.quantity).plus(billedQuantity(invoice)).abs().toFixed();
  const counted = invoice.quantity;
  return fill(text.minimumDetail, {
    minimum: format.quantity(minimum),
    counted: format.quantity(counted),
    unit: formOf(text.units[invoice.variant], minimum),
  });
}

/** Of the licenses, also where a cancellation negates it. */
const billedQuantity = ({ lines }: IssuedInvoice) =>
  lines.filter(({ kind }) => kind === 'license').reduce((sum, line) => sum.plus(line.quantity), exact(0));

const rateOf = ({ category, rate }: TaxTreatment, text: Texts, format: Format): string =>
  category === 'O' ? text.untaxedRate : format.percent(rate);

const taxLabel = ({ category, rate, netMinor }: TaxSubtotal, text: Texts, format: Format): string =>
  fill(text.tax[category], { rate: format.percent(rate), net: format.money(netMinor) });

/** The VAT in euro and what it was converted by (Art. 230 VAT directive). */
function euroNote({ euroTax, language }: IssuedInvoice, text: Texts, format: Format): string[] {
  if (euroTax === undefined) return [];
  const rates = euroTax.rates.map(({ month, perEuro, currency }) =>
    fill(text.taxNote.euroRate, { month: format.month(month), rate: decimalIn(perEuro, language), currency }),
  );
  return [
    fill(text.taxNote.euro, { tax: formatFor(language, 'EUR').money(euroTax.taxMinor), rates: rates.join('; ') }),
  ];
}

/** With all of its decimals, which a rate has as it was published. */
const decimalIn = (decimal: string, language: IssuedInvoice['language']): string =>
  language === 'de' ? decimal.replace('.', ',') : decimal;

function taxNotes(invoice: IssuedInvoice, text: Texts): string[] {
  const { taxes, seller } = invoice;
  const categories = new Set(taxes.map(({ category }) => category));
  const buyerVatId = invoice.buyer.vatId;
  return [
    ...(categories.has('AE') ? [text.taxNote.AE] : []),
    ...(categories.has('AE') && buyerVatId !== undefined
      ? [fill(text.taxNote.AEids, { buyer: buyerVatId, seller: seller.vatId })]
      : []),
    ...(categories.has('O') ? [text.taxNote.O] : []),
  ];
}

function payment(invoice: IssuedInvoice, text: Texts, format: Format): InvoiceView['payment'] {
  const { kind, grossMinor, currency, number, seller, dueDate, paymentTermDays } = invoice;
  const words = text.payment;
  const amount = format.money(Math.abs(grossMinor));
  if (grossMinor <= 0) {
    const credit = kind === 'cancellation' ? words.cancelled : words.credit;
    const sentence = grossMinor === 0 ? words.nothing : fill(credit, { amount });
    return { heading: words.heading, sentences: [sentence], bank: [], qr: null };
  }
  const { holder, iban, bic } = seller.bank;
  const bank = [
    { label: words.holder, value: holder },
    { label: words.iban, value: inFours(iban) },
    ...(bic === undefined ? [] : [{ label: words.bic, value: bic }]),
    { label: words.purpose, value: number },
  ];
  if (kind === 'cancellation') {
    return { heading: words.heading, sentences: [fill(words.withdrawn, { amount, number })], bank, qr: null };
  }
  const due = paymentTermDays === 0 ? words.dueNow : fill(words.due, { date: format.date(dueDate) });
  const giroCode = currency === 'EUR' ? giroCodeText(seller.bank, grossMinor, number) : undefined;
  return {
    heading: words.heading,
    sentences: [due, fill(words.transfer, { amount, number })],
    bank,
    qr: giroCode === undefined ? null : qrView(qrCodeOf(giroCode), words.qrCaption, fill(words.qrAlt, { amount })),
  };
}

const qrView = (code: QrCode, caption: string, alt: string) => ({
  ...code,
  viewBox: `0 0 ${code.size} ${code.size}`,
  caption,
  alt,
});

/** A longer list is no reading matter; it would take the browser gigabytes to print. */
const MAX_ANNEXED = 5_000;
const MAX_ANNEX_TEXT = 2_000_000;

const textLength = (units: readonly AnnexUnit[]): number =>
  units.reduce((sum, { unitId, name, teams = [] }) => sum + unitId.length + name.length + teams.join().length, 0);

function annexView(invoice: IssuedInvoice, units: readonly AnnexUnit[], text: Texts, format: Format): AnnexView {
  const words = text.annex;
  const hasTeams = invoice.variant === 'user';
  const sum = units.reduce((total, { quantity }) => total.plus(quantity), exact(0));
  const { length } = units;
  const isTooLong = length > MAX_ANNEXED || textLength(units) > MAX_ANNEX_TEXT;
  const count = format.quantity(String(length));
  return {
    heading: words.heading,
    intro: fill(words.intro, {
      kind: text.kind[invoice.kind],
      number: invoice.number,
      month: format.month(invoice.month),
      rule: ruleText(invoice, text),
    }),
    columns: { id: words.id, name: words.name, teams: hasTeams ? words.teams : null, quantity: words.quantity },
    rows: (isTooLong ? [] : inOrder(units, invoice.language)).map(({ unitId, name, quantity, teams }) => ({
      id: unitId,
      name: name === '' ? words.noName : name,
      teams: hasTeams ? inNaturalOrder(teams ?? [], invoice.language).join(', ') : null,
      quantity: format.quantity(quantity),
    })),
    total: {
      label: fill(formOf(words.total, String(length)), { units: count }),
      amount: format.quantity(sum.toFixed()),
    },
    none: length === 0 ? words.none : isTooLong ? fill(words.tooLong, { units: count }) : null,
  };
}

/** By name as people look names up, `Team 2` before `Team 10`; the erased ones at the end. */
function inOrder(units: readonly AnnexUnit[], language: IssuedInvoice['language']): AnnexUnit[] {
  const { compare } = new Intl.Collator(language, { numeric: true });
  return [...units].sort(
    (one, other) =>
      Number(one.name === '') - Number(other.name === '') ||
      compare(one.name, other.name) ||
      compare(one.unitId, other.unitId),
  );
}

const inNaturalOrder = (names: readonly string[], language: IssuedInvoice['language']): string[] =>
  [...names].sort(new Intl.Collator(language, { numeric: true }).compare);

/** What § 14 (4) UStG and § 35a GmbHG want to know of the seller: in the foot, or where that is too small, in the document. */
function particulars(seller: Seller, text: Texts): Pick<InvoiceView, 'footer' | 'particulars'> {
  const { register, managers, taxNumber, vatId, bank } = seller;
  const words = text.footer;
  const left = [
    seller.name,
    `${seller.street} · ${seller.postalCode} ${seller.city}`,
    ...(register === undefined ? [] : [register]),
    ...(managers === undefined ? [] : [fill(words.managers, { managers })]),
  ];
  const right = [
    fill(words.vatId, { vatId }),
    ...(taxNumber === undefined ? [] : [fill(words.taxNumber, { taxNumber })]),
    fill(words.iban, { iban: inFours(bank.iban) }),
    ...(bank.bic === undefined ? [] : [fill(words.bic, { bic: bank.bic })]),
  ];
  const size = FOOT_SIZES.find((each) => fitsInFoot(left, each.left, each) && fitsInFoot(right, each.right, each));
  if (size !== undefined) {
    return { footer: { left: left.join('\n'), right: right.join('\n'), small: size.small }, particulars: null };
  }
  return {
    footer: { left: shortened(seller.name, MAX_RUNNING_NAME), right: words.elsewhere, small: false },
    particulars: { heading: words.heading, lines: [...left, ...right] },
  };
}

/** What is to be paid; a cancellation asks for money only in its words. */
function amountDue(
  { kind, grossMinor, dueDate, paymentTermDays }: IssuedInvoice,
  text: Texts,
  format: Format,
): AmountRow | null {
  if (kind === 'cancellation' || grossMinor <= 0) return null;
  const label = paymentTermDays === 0 ? text.due.now : fill(text.due.until, { date: format.date(dueDate) });
  return { label, amount: format.money(grossMinor) };
}

/** An IBAN in groups of four, as it is printed. */
const inFours = (iban: string): string => iban.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1\u00a0');
