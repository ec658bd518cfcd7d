import { readFileSync } from 'node:fs';
import path from 'node:path';

import { sellerFindings } from '@seatledger/e-invoice';
import { type Seller } from '@seatledger/domain';
import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

const text = Type.String({ minLength: 1, maxLength: 200 });
const SellerFile = Type.Object(
  {
    /** Begins every invoice number: `RE` makes `RE-2026-000001`. */
    numberPrefix: Type.String({ pattern: '^[A-Z0-9]{1,10}$' }),
    name: text,
    street: text,
    postalCode: text,
    city: text,
    country: Type.Literal('DE'),
    vatId: Type.String({ pattern: '^DE[0-9]{9}$' }),
    taxNumber: Type.Optional(text),
    register: Type.Optional(text),
    managers: Type.Optional(text),
    contact: Type.Object(
      { name: text, phone: text, email: Type.String({ pattern: '^[^\\s@<>"]+@[^\\s@<>"]+$' }) },
      { additionalProperties: false },
    ),
    bank: Type.Object(
      {
        holder: text,
        iban: Type.String({ pattern: '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$' }),
        bic: Type.Optional(Type.String({ pattern: '^[A-Z0-9]{8}([A-Z0-9]{3})?$' })),
      },
      { additionalProperties: false },
    ),
    logoSvg: Type.Optional(Type.String({ pattern: '^<svg', maxLength: 100_000 })),
  },
  { additionalProperties: false },
);

export type SellerConfig = { readonly numberPrefix: string; readonly seller: Seller };

/** The seller's file is not as it must be. */
export class SellerError extends Error {}

/** The sample seller unless a file is given. @throws {SellerError} naming the first fault */
export function readSeller(file: string | undefined): SellerConfig {
  const source = file ?? path.join(__dirname, 'sample-seller.json');
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(source, 'utf8'));
  } catch (error) {
    throw new SellerError(`${source} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  const fault = Value.Errors(SellerFile, content).First();
  if (fault !== undefined) {
    throw new SellerError(`${source}: ${fault.path || 'the whole'}: ${fault.message}`);
  }
  const { numberPrefix, ...seller } = content as Static<typeof SellerFile>;
  const [finding] = sellerFindings(seller);
  if (finding !== undefined) {
    throw new SellerError(`${source}: no e-invoice could be issued by this seller: ${finding.rule}: ${finding.text}`);
  }
  return { numberPrefix, seller };
}
