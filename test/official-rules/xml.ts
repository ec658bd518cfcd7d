import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { type IssuedInvoice } from '@seatledger/domain';
import { xrechnungXml } from '@seatledger/e-invoice';
import { PREVIEW_KINDS, previewInvoice } from '@seatledger/invoice-documents';

import { type Judge, type Judgement } from './java';

/** Writes an XRechnung of each kind in both languages and of each special case, and has phive judge them. */
export async function judgeXRechnungen(judge: Judge, folder: string): Promise<Judgement> {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, xml: string): string => {
    const file = path.join(folder, `${name}.xml`);
    writeFileSync(file, xml);
    return file;
  };
  const files = [...documents()].map(([name, invoice]) => write(name, xrechnungXml(invoice)));
  const faulty = FAULTS.map(([rule, from, to], index) => {
    const xml = xrechnungXml(previewInvoice('team', 'de').invoice);
    const broken = xml.replace(from, to);
    if (broken === xml) throw new Error(`the XRechnung has no ${String(from)}`);
    return { rule, file: write(`fault-${index}`, broken) };
  });
  const findings = await judge('XRechnungRules', [...files, ...faulty.map(({ file }) => file)]);
  return {
    documents: files.length,
    findings: findings.filter(({ file }) => files.includes(file)),
    missed: faulty
      .filter(({ rule, file }) => !findings.some((finding) => finding.file === file && finding.rule === rule))
      .map(({ rule }) => rule),
  };
}

/** Documents by the names of their files. */
function documents(): ReadonlyMap<string, IssuedInvoice> {
  const kinds = (['de', 'en'] as const).flatMap((language) =>
    PREVIEW_KINDS.map((kind) => [`${kind}-${language}`, previewInvoice(kind, language).invoice] as const),
  );
  return new Map([...kinds, ...Object.entries(specialCases())]);
}

/** What no preview shows. */
function specialCases(): Record<string, IssuedInvoice> {
  const { invoice } = previewInvoice('team', 'de');
  const [first] = invoice.lines;
  if (first === undefined) throw new Error('the preview has no line');
  const rates = [{ month: first.month, currency: 'CHF', perEuro: '0.9374', source: 'BMF' }];
  const license = { ...first, quantity: '0.9677', unitPriceMinor: 12_345, netMinor: 11_946 };
  const discount = { ...first, kind: 'discount', quantity: '1', percent: '7.5', netMinor: -896 } as const;
  const { unitPriceMinor: _price, ...unpriced } = discount;
  return {
    francs: { ...invoice, currency: 'CHF', euroTax: { taxMinor: 11_918, rates } },
    yen: {
      ...invoice,
      currency: 'JPY',
      lines: [license, { ...unpriced, description: 'Rabatt 7,5 %' }],
      taxes: [{ category: 'S', rate: '19', netMinor: 11_050, taxMinor: 2_100 }],
      netMinor: 11_050,
      taxMinor: 2_100,
      grossMinor: 13_150,
    },
    references: {
      ...invoice,
      references: { purchaseOrder: 'PO-1', contract: 'V-2', costCentre: 'KST-3', supplierNumber: 'L-4' },
      buyer: { ...invoice.buyer, addressLine2: 'Gebäude C', contact: 'Frau Beispiel', buyerId: 'K-5' },
    },
  };
}

/** Negative controls: the schema, EN 16931, its rules that binary fractions cannot keep, KoSIT's rules. */
const FAULTS: readonly (readonly [rule: string, from: RegExp, to: string])[] = [
  ['schema', /<cbc:IssueDate>[^<]*</, '<cbc:IssueDate>soon<'],
  ['BR-CO-15', /<cbc:TaxInclusiveAmount([^>]*)>[^<]*</, '<cbc:TaxInclusiveAmount$1>1.00<'],
  ['BR-S-08', /(<cac:TaxSubtotal><cbc:TaxableAmount[^>]*>)[^<]*</, '$11.00<'],
  ['BR-DE-15', /<cbc:BuyerReference>[^<]*<\/cbc:BuyerReference>/, ''],
  ['BR-DE-19', /<cbc:ID>DE02/, '<cbc:ID>DE03'],
  ['PEPPOL-EN16931-R120', /<cbc:PriceAmount([^>]*)>[^<]*</, '<cbc:PriceAmount$1>1.00<'],
];
