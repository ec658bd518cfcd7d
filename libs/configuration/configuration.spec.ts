import 'reflect-metadata';

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { DEFAULT_DATEV_ACCOUNTS } from '@seatledger/exports';

import { readConfiguration } from './configuration';
import { ConfigurationError, ConfigurationFileError } from './faults';
import sample from './sample-seller.json';
import { isOneEditAway } from './unknown-variables';

const LONG = 'a'.repeat(32);

describe('the configuration', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'seatledger-configuration-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, content: unknown): string => {
    const at = path.join(folder, name);
    writeFileSync(at, typeof content === 'string' ? content : JSON.stringify(content));
    return at;
  };
  const faultsOf = (env: Record<string, string>): readonly string[] => {
    try {
      readConfiguration(env);
      return [];
    } catch (error) {
      if (error instanceof ConfigurationError) return error.faults;
      if (error instanceof ConfigurationFileError) return [`${error.variable}: ${error.message}`];
      throw error;
    }
  };

  it('has a default for everything', () => {
    expect(readConfiguration({ HOST: ' ', PORT: '' })).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      isDevelopment: true,
      dataDir: path.resolve('data'),
      apiKeys: undefined,
      closingCron: '0 4 * * *',
      adjustmentWindowMonths: 12,
      seller: { numberPrefix: 'RE', seller: { city: 'Münster' } },
      logLevel: 'info',
      misspellings: [],
    });
  });

  it('names every variable that is wrong, what it must be, and no secret', () => {
    const env = {
      PORT: '1e3',
      PUBLIC_URL: 'billing.example',
      CLOSING_GRACE_HOURS: '745',
      CLOSING_CRON: 'every night',
      DELIVER_FROM_MONTH: '2026-13',
      LOG_LEVEL: 'loud',
      SMTP_URL: 'mail:secret@mail.example',
      PERSONAL_DATA_KEY: 'secret',
      BILLING_API_KEYS: 'admin:secret',
    };
    expect(faultsOf(env)).toEqual([
      'PORT must be a whole number from 0 to 65535, not "1e3"',
      'PUBLIC_URL must be a URL such as https://billing.example',
      'SMTP_URL must be a URL such as smtp://host:port',
      'BILLING_API_KEYS must be ROLE:KEY,ROLE:KEY with the roles product, accounting, scheduler, auditor',
      'CLOSING_CRON must be a cron expression such as 0 4 * * *, not "every night"',
      'CLOSING_GRACE_HOURS must be a number from 0 to 744, not "745"',
      'DELIVER_FROM_MONTH must be a month such as 2026-03, not "2026-13"',
      'PERSONAL_DATA_KEY must be 32 bytes in hex (64 digits) or base64 (44 characters)',
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud"',
    ]);
  });

  it.each([
    [{ HOST: '0.0.0.0' }],
    [{ HOST: 'billing.example' }],
    [{ HOST: '127.0.0.1', PUBLIC_URL: 'https://billing.example' }],
    [{ PUBLIC_URL: 'http://[::2]:3000' }],
  ])('takes no short key at %j', (where) => {
    const given = { ...where, BILLING_API_KEYS: `product:${LONG},auditor:short,scheduler:${LONG.slice(1)}` };
    expect(faultsOf(given)).toEqual([
      'BILLING_API_KEYS must be keys of at least 32 characters where HOST or PUBLIC_URL is not loopback, ' +
        'which those of auditor, scheduler are not',
    ]);
    expect(faultsOf({ ...where, BILLING_API_KEYS: `product:${LONG}` })).toEqual([]);
  });

  it.each([
    [{}],
    [{ HOST: '127.9.9.9' }],
    [{ HOST: '::1' }],
    [{ HOST: 'localhost', PUBLIC_URL: 'http://[::1]:3000/' }],
  ])('takes short keys at %j', (where) => {
    expect(faultsOf({ ...where, BILLING_API_KEYS: 'product:short' })).toEqual([]);
  });

  it('takes secrets from files, and names the file’s variable when they are wrong', () => {
    const keys = file('keys', 'product:p\n');
    expect(readConfiguration({ BILLING_API_KEYS_FILE: keys }).apiKeys).toEqual([{ role: 'product', key: 'p' }]);
    const wrong = file('smtp', 'mail.example');
    const nowhere = path.join(folder, 'nowhere');
    expect(
      faultsOf({
        SMTP_URL_FILE: wrong,
        MONGODB_URL_FILE: nowhere,
        BILLING_API_KEYS_FILE: keys,
        BILLING_API_KEYS: 'product:q',
      }),
    ).toEqual([
      'BILLING_API_KEYS_FILE must be unset where BILLING_API_KEYS is set, or the other way round',
      `MONGODB_URL_FILE must be a file that can be read and is not empty, not "${nowhere}"`,
      "SMTP_URL_FILE: the file's content must be a URL such as smtp://host:port",
    ]);
  });

  it('reports variables that are one edit away from one of its own', () => {
    const { misspellings } = readConfiguration({ DATA_DIRS: 'x', SMPT_URL: 'y', SMTP_URL_FILES: 'z', HOSTNAME: 'h' });
    expect(misspellings).toEqual([
      { given: 'DATA_DIRS', meant: 'DATA_DIR' },
      { given: 'SMPT_URL', meant: 'SMTP_URL' },
      { given: 'SMTP_URL_FILES', meant: 'SMTP_URL_FILE' },
    ]);
  });

  it.each([
    ['PORT', 'PORTS', true],
    ['PORT', 'PRT', true],
    ['PORT', 'POST', true],
    ['PORT', 'PROT', true],
    ['PORT', 'PORT', false],
    ['PORT', 'PO', false],
    ['PORT', 'PTRO', false],
    ['AB', 'CD', false],
  ])('%s and %s: one edit %s', (a, b, isOne) => {
    expect([isOneEditAway(a, b), isOneEditAway(b, a)]).toEqual([isOne, isOne]);
  });

  it('names every field of the seller that is wrong', () => {
    const { vatId: _vatId, ...rest } = sample;
    const wrong = { ...rest, numberPrefix: 're', colour: 'red', bank: { holder: '', iban: 'DE00' } };
    const [fault = ''] = faultsOf({ SELLER_FILE: file('seller.json', wrong) });
    expect(
      fault
        .split(/\.json: |; /)
        .slice(1)
        .sort(),
    ).toEqual([
      'bank.holder must be text of 1 to 200 characters',
      'bank.iban must be an IBAN without blanks such as DE02120300000000202051',
      'colour is not a known field',
      'numberPrefix must be 1 to 10 of A-Z 0-9, such as RE for RE-2026-000001',
      'vatId must be a German VAT id with valid check digits such as DE123456788',
    ]);
    expect(faultsOf({ SELLER_FILE: file('digits.json', { ...sample, vatId: 'DE123456789' }) })).toEqual([
      expect.stringMatching(/digits\.json: vatId must be a German VAT id with valid check digits/),
    ]);
    const { bank: _bank, ...bankless } = sample;
    expect(faultsOf({ SELLER_FILE: file('bankless.json', bankless) })).toEqual([
      expect.stringMatching(/^SELLER_FILE: .*bankless\.json: bank must be an object with holder, iban/),
    ]);
    expect(faultsOf({ SELLER_FILE: file('broken.json', '{') })).toEqual([
      expect.stringMatching(/^SELLER_FILE: .*broken\.json is not JSON: /),
    ]);
    expect(faultsOf({ SELLER_FILE: file('list.json', []) })).toEqual([
      expect.stringMatching(/list\.json: must be an object$/),
    ]);
  });

  it('has exactly what the seller’s file says', () => {
    const { numberPrefix, ...seller } = sample;
    expect(readConfiguration({ SELLER_FILE: file('good.json', sample) }).seller).toStrictEqual({
      numberPrefix,
      seller,
    });
    const { taxNumber: _taxNumber, ...shorter } = seller;
    const given = readConfiguration({ SELLER_FILE: file('short.json', { numberPrefix, ...shorter }) });
    expect(given.seller.seller).toStrictEqual(shorter);
  });

  it('takes whom mails are from out of the seller’s file', () => {
    const mail = {
      from: 'billing@seller.example',
      replyTo: 'people@seller.example',
      envelopeFrom: 'bounces@seller.example',
      ehloName: 'mail.seller.example',
    };
    expect(readConfiguration({ SELLER_FILE: file('mail.json', { ...sample, mail }) }).seller.mail).toStrictEqual(mail);
    const wrong = { from: 'nobody', replyTo: 'a@b', ehloName: 'host name', bcc: 'x@seller.example' };
    const [fault = ''] = faultsOf({ SELLER_FILE: file('wrong-mail.json', { ...sample, mail: wrong }) });
    for (const name of [
      'mail.from must be',
      'mail.replyTo must be',
      'mail.ehloName must be',
      'mail.bcc is not a known',
    ]) {
      expect(fault).toContain(name);
    }
    expect(faultsOf({ SELLER_FILE: file('no-from.json', { ...sample, mail: {} }) })).toEqual([
      expect.stringContaining('mail.from must be an e-mail address'),
    ]);
  });

  it('names the entry of the DATEV accounts that is wrong', () => {
    const accounts = {
      consultant: 1000,
      client: 1,
      exchangeRates: { '2026-04': { CHF: '0.93' } },
      debtors: { 'a b': '1' },
    };
    const [fault = ''] = faultsOf({ DATEV_ACCOUNTS_FILE: file('accounts.json', accounts) });
    expect(
      fault
        .split(/\.json: |; /)
        .slice(1)
        .sort(),
    ).toEqual([
      'consultant must be a whole number from 1001 to 9999999',
      'debtors has the key a b, which must be the id of a workspace',
      'exchangeRates belongs into EXCHANGE_RATES_FILE',
    ]);
    const good = file('good-accounts.json', { consultant: 1001, client: 2, revenue: { AE: '8336' } });
    const { datevAccounts } = readConfiguration({ DATEV_ACCOUNTS_FILE: good });
    const revenue = new Map([...DEFAULT_DATEV_ACCOUNTS.revenue, ['AE', '8336'] as const]);
    expect(datevAccounts).toStrictEqual({ ...DEFAULT_DATEV_ACCOUNTS, consultant: 1001, client: 2, revenue });
  });
});
