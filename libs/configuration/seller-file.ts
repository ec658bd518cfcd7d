import { readFileSync } from 'node:fs';

import { isVatIdWellFormed, type Seller } from '@seatledger/domain';
import { sellerFindings } from '@seatledger/e-invoice';
import { Type } from 'class-transformer';
import {
  Equals,
  IsBIC,
  IsDefined,
  IsEmail,
  IsFQDN,
  IsIBAN,
  IsOptional,
  Length,
  Matches,
  MaxLength,
  ValidateBy,
  ValidateNested,
} from 'class-validator';

import { ConfigurationFileError } from './faults';
import { parseFile } from './json-file';
import sample from './sample-seller.json';

export interface SellerConfiguration {
  /** Begins every invoice number: `RE` makes `RE-2026-000001`. */
  readonly numberPrefix: string;
  readonly seller: Seller;
  /** Whom mails are from; what is absent follows from the seller's contact. */
  readonly mail?: MailConfiguration;
}

interface MailConfiguration {
  readonly from?: string;
  readonly replyTo?: string;
  /** Where mail servers report failures to. */
  readonly envelopeFrom?: string;
  /** How this host introduces itself to the mail server. */
  readonly ehloName?: string;
}

const Text = (): PropertyDecorator => Length(1, 200, { message: 'must be text of 1 to 200 characters' });

/** Its form and its check digits. */
const IsGermanVatId = (): PropertyDecorator =>
  ValidateBy({
    name: 'isGermanVatId',
    validator: {
      validate: (value) => typeof value === 'string' && value.startsWith('DE') && isVatIdWellFormed(value),
      defaultMessage: () => 'must be a German VAT id with valid check digits such as DE123456788',
    },
  });

class Contact {
  @Text() name!: string;
  @Text() phone!: string;
  @IsEmail({}, { message: 'must be an e-mail address' }) email!: string;
}

class BankAccount {
  @Text() holder!: string;
  @IsIBAN({}, { message: 'must be an IBAN without blanks such as DE02120300000000202051' }) iban!: string;
  @IsOptional() @IsBIC({ message: 'must be a BIC such as BYLADEM1001' }) declare bic?: string;
}

const Address = (): PropertyDecorator => IsEmail({}, { message: 'must be an e-mail address' });

class MailSettings {
  @Address() from!: string;
  @IsOptional() @Address() declare replyTo?: string;
  @IsOptional() @Address() declare envelopeFrom?: string;
  @IsOptional()
  @IsFQDN({}, { message: 'must be a full host name such as mail.example.com' })
  declare ehloName?: string;
}

class SellerFile {
  @Matches(/^[A-Z0-9]{1,10}$/, { message: 'must be 1 to 10 of A-Z 0-9, such as RE for RE-2026-000001' })
  numberPrefix!: string;
  @Text() name!: string;
  @Text() street!: string;
  @Text() postalCode!: string;
  @Text() city!: string;
  @Equals('DE', { message: 'must be DE: only sellers in Germany are supported' }) country!: string;
  @IsGermanVatId() vatId!: string;
  @IsOptional() @Text() declare taxNumber?: string;
  @IsOptional() @Text() declare register?: string;
  @IsOptional() @Text() declare managers?: string;
  @IsDefined({ message: 'must be an object with name, phone and email' })
  @ValidateNested()
  @Type(() => Contact)
  contact!: Contact;
  @IsDefined({ message: 'must be an object with holder, iban and perhaps bic' })
  @ValidateNested()
  @Type(() => BankAccount)
  bank!: BankAccount;
  @IsOptional()
  @ValidateNested({ message: 'must be an object with from, and perhaps replyTo, envelopeFrom and ehloName' })
  @Type(() => MailSettings)
  declare mail?: MailSettings;
  @IsOptional()
  @Matches(/^<svg/, { message: 'must be an SVG image as text, beginning with <svg' })
  @MaxLength(100_000, { message: 'must have at most 100000 characters' })
  declare logoSvg?: string;
}

const { numberPrefix: samplePrefix, ...sampleSeller } = sample;
/** Who invoices are from until a file is given. */
export const SAMPLE_SELLER: SellerConfiguration = { numberPrefix: samplePrefix, seller: sampleSeller };

/**
 * The sample seller unless a file is given.
 * @throws {ConfigurationFileError} naming every field that is wrong
 */
export function readSeller(file: string | undefined): SellerConfiguration {
  if (file === undefined) return SAMPLE_SELLER;
  const content = parseFile('SELLER_FILE', file, readFileSync(file, 'utf8'), SellerFile);
  const { numberPrefix, mail, ...given } = content;
  const seller: Seller = { ...given, contact: { ...given.contact }, bank: { ...given.bank } };
  const [finding] = sellerFindings(seller);
  if (finding === undefined) return { numberPrefix, seller, ...(mail === undefined ? {} : { mail: { ...mail } }) };
  throw new ConfigurationFileError(
    'SELLER_FILE',
    `${file}: no e-invoice could be issued by this seller: ${finding.rule}: ${finding.text}`,
  );
}
