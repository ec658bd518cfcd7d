import { type IssuedInvoice } from '@seatledger/domain';
import { type AnnexUnit } from '@seatledger/invoice-documents';

/** Of pdfmake, what is compared with: no types come with it. */
interface Pdfmake {
  setFonts(fonts: Record<string, Record<string, string>>): void;
  setUrlAccessPolicy(policy: () => boolean): void;
  setLocalAccessPolicy(policy: () => boolean): void;
  createPdf(document: object): { getBuffer(): Promise<Buffer> };
}

/**
 * A plain PDF of the same particulars, drawn without a browser: for reference, as it has no
 * layout, no tags, no embedded fonts and no e-invoice.
 */
export function plainPdf(): (invoice: IssuedInvoice, annex?: readonly AnnexUnit[]) => Promise<Buffer> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- there are no types to import
  const pdfmake = require('pdfmake') as Pdfmake;
  const [normal, bold] = ['Helvetica', 'Helvetica-Bold'];
  pdfmake.setFonts({ Helvetica: { normal, bold, italics: 'Helvetica-Oblique', bolditalics: 'Helvetica-BoldOblique' } });
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((): boolean => true);
  return (invoice, annex = []) => {
    const { seller, buyer, lines, grossMinor, currency } = invoice;
    const table = (head: string[], rows: string[][]): object => ({ table: { headerRows: 1, body: [head, ...rows] } });
    const units = annex.map(({ unitId, name, quantity, teams }) => [unitId, name, quantity, (teams ?? []).join(', ')]);
    return pdfmake
      .createPdf({
        defaultStyle: { font: 'Helvetica', fontSize: 9 },
        content: [
          { text: seller.name, bold: true },
          `${buyer.name}\n${buyer.street}\n${buyer.postalCode} ${buyer.city}`,
          { text: invoice.number, bold: true, fontSize: 14 },
          table(
            ['Leistung', 'Menge', 'Betrag'],
            lines.map((line) => [line.description, line.quantity, String(line.netMinor / 100)]),
          ),
          `Gesamtbetrag ${grossMinor / 100} ${currency}\n${seller.bank.iban}`,
          ...(units.length === 0 ? [] : [table(['Kennung', 'Name', 'Menge', 'Teams'], units)]),
        ],
      })
      .getBuffer();
  };
}
