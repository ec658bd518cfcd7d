import { type Seller } from '@seatledger/domain';
import { create } from 'qrcode';

/** A QR code as the outline of its dark modules, in units of one module. */
export interface QrCode {
  /** For the `d` of an SVG path. */
  readonly path: string;
  /** Modules on one side, without the quiet zone. */
  readonly size: number;
}

/** The standard's limits: EUR 0.01 to 999 999 999.99, 70 characters of name, 140 of purpose. */
const MAX_CENTS = 99_999_999_999;
const NAME_LENGTH = 70;
const PURPOSE_LENGTH = 140;
const MAX_BYTES = 331;

/**
 * The text of a SEPA transfer for banking apps (EPC069-12, version 002, UTF-8); undefined where
 * the standard does not allow one.
 */
export function giroCodeText(bank: Seller['bank'], amountCents: number, purpose: string): string | undefined {
  if (!Number.isSafeInteger(amountCents) || amountCents < 1 || amountCents > MAX_CENTS) return undefined;
  const cents = String(amountCents).padStart(3, '0');
  const text = [
    'BCD',
    '002',
    '1',
    'SCT',
    bank.bic ?? '',
    oneLine(bank.holder, NAME_LENGTH),
    bank.iban.replace(/\s/g, ''),
    `EUR${cents.slice(0, -2)}.${cents.slice(-2)}`,
    '',
    '',
    oneLine(purpose, PURPOSE_LENGTH),
  ].join('\n');
  return Buffer.byteLength(text) <= MAX_BYTES ? text : undefined;
}

/** Error correction level M and byte mode, as the standard asks for. */
export function qrCodeOf(text: string): QrCode {
  const { modules } = create([{ data: Buffer.from(text, 'utf8'), mode: 'byte' }], { errorCorrectionLevel: 'M' });
  const { size, data } = modules;
  let path = '';
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (!data[row * size + column]) continue;
      let width = 1;
      while (column + width < size && data[row * size + column + width]) width += 1;
      path += `M${column} ${row}h${width}v1h-${width}z`;
      column += width;
    }
  }
  return { path, size };
}

const oneLine = (text: string, length: number): string =>
  [...text.replace(/\s+/g, ' ').trim()].slice(0, length).join('');
