import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { unzipSync } from 'fflate';

import { BILL_TO, failedStart, KEYS, Service, temporaryFolder } from '../support/service';

const CLI = path.join(__dirname, '../../dist/apps/cli/main.js');

/** Stands for the official rules: refuses one buyer. */
const RULES = `<schema xmlns="http://purl.oclc.org/dsdl/schematron" queryBinding="xslt2">
  <ns prefix="ubl" uri="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>
  <ns prefix="cac" uri="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"/>
  <ns prefix="cbc" uri="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"/>
  <pattern><rule context="/ubl:Invoice">
    <assert id="X-01" flag="fatal" test="cac:AccountingCustomerParty//cbc:RegistrationName != 'Refused GmbH'"
      >[X-01]-This buyer is refused.</assert>
  </rule></pattern>
</schema>`;

interface Invoice {
  readonly number: string;
  readonly kind: string;
  readonly issueDate: string;
  readonly corrects?: readonly { number: string; month: string }[];
  readonly eInvoice?: { readonly writer: number; readonly passed: readonly string[] };
}

describe('an invoice as structured data', () => {
  const folder = temporaryFolder();
  const dataDir = path.join(folder.path, 'data');
  const rulesDir = path.join(folder.path, 'rules');
  let service: Service;

  beforeAll(async () => {
    mkdirSync(rulesDir);
    writeFileSync(path.join(rulesDir, 'EN16931-UBL.sch'), RULES);
    service = await Service.start(dataDir, { EINVOICE_RULES_DIR: rulesDir });
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  const sellerWithWrongIban = (): string => {
    const sample = readFileSync(path.join(__dirname, '../../libs/configuration/sample-seller.json'), 'utf8');
    const file = path.join(folder.path, 'seller.json');
    writeFileSync(file, sample.replace('DE02120300000000202051', 'DE03120300000000202051'));
    return file;
  };

  /** A workspace with one team since January 2026, billed from March on. */
  async function workspace(workspaceId: string, name: string, terms: object = {}): Promise<void> {
    const at = '2026-01-10T09:00:00Z';
    await service.call('product', 'POST', '/v1/workspaces', { body: { workspaceId, name, startedAt: at } });
    await service.call('product', 'POST', `/v1/workspaces/${workspaceId}/teams`, {
      body: { teamId: 'A', name: 'A', occurredAt: at },
    });
    const billTo = { ...BILL_TO, name };
    const { status } = await service.call('accounting', 'PUT', `/v1/workspaces/${workspaceId}/contract`, {
      body: { unitPriceMinor: 1000, currency: 'EUR', firstMonth: '2026-03', billTo, ...terms },
    });
    expect(status).toBe(200);
  }
  const invoicesOf = async (workspaceId: string): Promise<Invoice[]> =>
    (await service.call<{ items: Invoice[] }>('accounting', 'GET', `/v1/workspaces/${workspaceId}/invoices`)).body
      .items;
  /** Numbers without their year. */
  const placesOf = async (workspaceId: string): Promise<string[]> =>
    (await invoicesOf(workspaceId)).map(({ number }) => number.slice(-6));

  it('is checked before it is issued: a bill that fails waits without a number, and the others go on', async () => {
    await workspace('bad', 'Refused GmbH');
    await workspace('good', 'Müller & Söhne', { invoiceMailbox: 'rechnung@mueller.example', delivery: ['download'] });
    const { failed, closed } = await service.close('2026-03', ['bad', 'good']);
    expect(closed).toBe(2);
    expect(failed).toEqual([
      { workspaceId: 'bad', problem: expect.stringContaining('breaks X-01: This buyer is refused.') as string },
    ]);
    const { body: parked } = await service.call<{ items: unknown[] }>('scheduler', 'GET', '/v1/closings/parked');
    expect(parked.items).toEqual([expect.objectContaining({ step: 'issue', workspaceId: 'bad', number: null })]);
    await service.close('2026-04', ['good']);
    expect(await placesOf('good')).toEqual(['000001', '000002']);
    expect(await placesOf('bad')).toEqual([]);
  });

  it('says what it was checked by', async () => {
    const [invoice] = await invoicesOf('good');
    expect(invoice?.eInvoice).toEqual({
      writer: 3,
      passed: ['built-in 3', expect.stringMatching(/^EN16931-UBL\.sch sha256:[0-9a-f]{64}$/)],
    });
  });

  it('is downloaded as an XRechnung by all who may have its PDF', async () => {
    const [invoice] = await invoicesOf('good');
    const route = `/v1/invoices/${invoice!.number}/xml`;
    const { status, headers, text } = await service.call('product', 'GET', route);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/xml; charset=utf-8');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${invoice!.number}.xml"`);
    expect(text).toContain('#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0</cbc:CustomizationID>');
    expect(text).toContain('<cbc:RegistrationName>Müller &amp; Söhne</cbc:RegistrationName>');
    expect(text).toContain('<cbc:EndpointID schemeID="EM">rechnung@mueller.example</cbc:EndpointID>');
    expect((await service.call('product', 'GET', '/v1/invoices/RE-2026-999999/xml')).status).toBe(404);

    await workspace('mailed', 'Mailed GmbH', { delivery: ['email'], invoiceMailbox: 'post@mailed.example' });
    await service.close('2026-03', ['mailed']);
    const [mailed] = await invoicesOf('mailed');
    expect((await service.call('product', 'GET', `/v1/invoices/${mailed!.number}/xml`)).status).toBe(404);
    expect((await service.call('auditor', 'GET', `/v1/invoices/${mailed!.number}/xml`)).status).toBe(200);
  });

  it('names the invoice that it corrects', async () => {
    await workspace('late', 'Late GmbH');
    await service.close('2026-03', ['late']);
    await service.call('product', 'POST', '/v1/workspaces/late/teams/A/archive', {
      body: { occurredAt: '2026-03-20T09:00:00Z' },
    });
    await service.close('2026-04', ['late']);
    const [march, april] = await invoicesOf('late');
    expect(april).toMatchObject({
      kind: 'credit-note',
      corrects: [{ number: march!.number, issueDate: march!.issueDate, month: '2026-03' }],
    });
    const { text } = await service.call('accounting', 'GET', `/v1/invoices/${april!.number}/xml`);
    expect(text).toContain('<cbc:InvoiceTypeCode>384</cbc:InvoiceTypeCode>');
    expect(text).toContain(
      `<cac:InvoiceDocumentReference><cbc:ID>${march!.number}</cbc:ID><cbc:IssueDate>${march!.issueDate}</cbc:IssueDate>`,
    );
  });

  it('gets its number once it passes', async () => {
    await service.stop();
    service = await Service.start(dataDir);
    // What failed is tried again at once when its month is closed again.
    expect(await service.close('2026-03', ['bad'])).toMatchObject({ alreadyClosed: 1 });
    await service.until(
      'accounting',
      '/v1/workspaces/bad/invoices',
      ({ body }) => (body['items'] as unknown[]).length === 1,
    );
    expect(await placesOf('bad')).toEqual(['000006']);
    const [invoice] = await invoicesOf('bad');
    expect(invoice?.eInvoice?.passed).toEqual(['built-in 3']);
  });

  it('is booked by a batch for DATEV, of the month that it was issued in', async () => {
    const [invoice] = await invoicesOf('good');
    const month = invoice!.issueDate.slice(0, 7);
    const route = `/v1/exports/datev?month=${month}`;
    expect((await service.call('product', 'GET', route)).status).toBe(403);
    expect((await service.call('accounting', 'GET', '/v1/exports/datev')).status).toBe(400);
    const { status, headers, body } = await service.call<Buffer>('accounting', 'GET', route);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=windows-1252');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="EXTF_Buchungsstapel_${month}.csv"`);
    const bookings = body.toString('latin1').split('\r\n').slice(2, -1);
    const fields = bookings.map((row) => row.split(';'));
    expect(fields.map((field) => [field[0], field[1], field[6], field[7]])).toEqual([
      ['11,90', '"S"', '10000', '8400'],
      ['11,90', '"S"', '10000', '8400'],
      ['11,90', '"S"', '10001', '8400'],
      ['11,90', '"S"', '10002', '8400'],
      ['11,90', '"H"', '10002', '8400'],
      ['11,90', '"S"', '10003', '8400'],
    ]);
    expect(bookings[0]).toContain(`"${invoice!.number} Müller & Söhne"`);

    const file = path.join(folder.path, 'batch.csv');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [CLI, 'export', 'datev', '--month', month, '--out', file, '--url', service.url, '--key', KEYS.accounting],
      { env: { PATH: process.env['PATH'] } },
    );
    expect(stdout).toContain(file);
    const withoutTime = (bytes: Buffer): string => bytes.toString('latin1').replace(/;13;\d{17};/, ';13;;');
    expect(withoutTime(readFileSync(file))).toBe(withoutTime(body));
  });

  it('is handed to the accountant with its debtor and its documents', async () => {
    const [invoice] = await invoicesOf('good');
    const { number, issueDate } = invoice!;
    const month = issueDate.slice(0, 7);
    const route = `/v1/exports/datev?month=${month}&with=`;
    expect((await service.call('accounting', 'GET', `${route}creditors`)).status).toBe(400);
    // Documents are made in the background.
    const { headers, body } = await service.until<Buffer>(
      'accounting',
      `${route}debtors,documents`,
      ({ status }) => status === 200,
    );
    expect(headers.get('content-type')).toBe('application/zip');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="DATEV_${month}.zip"`);
    const files = new Map(Object.entries(unzipSync(body)));
    const bytesOf = (name: string): Buffer => Buffer.from(files.get(name)!);
    expect([...files.keys()].slice(0, 5)).toEqual([
      `EXTF_Buchungsstapel_${month}.csv`,
      `EXTF_DebitorenKreditoren_${month}.csv`,
      'Belege/document.xml',
      `Belege/${number}.pdf`,
      `Belege/${number}.xml`,
    ]);
    const pdf = await service.call<Buffer>('accounting', 'GET', `/v1/invoices/${number}/pdf`);
    expect(bytesOf(`Belege/${number}.pdf`).equals(pdf.body)).toBe(true);
    const xml = await service.call('accounting', 'GET', `/v1/invoices/${number}/xml`);
    expect(bytesOf(`Belege/${number}.xml`).toString()).toBe(xml.text);
    const batch = bytesOf(`EXTF_Buchungsstapel_${month}.csv`).toString('latin1');
    const [, link = 'none'] = /"BEDI ""([0-9a-f-]{36})"""/.exec(batch) ?? [];
    expect(bytesOf('Belege/document.xml').toString()).toContain(
      `<document guid="${link}"><description>${number}</description>`,
    );
    const debtors = bytesOf(`EXTF_DebitorenKreditoren_${month}.csv`).toString('latin1');
    expect(debtors).toContain('\r\n10000;"Müller & Söhne";');
  });

  it.each([
    ['EINVOICE_RULES_DIR', () => folder.path],
    ['DATEV_ACCOUNTS_FILE', () => path.join(rulesDir, 'EN16931-UBL.sch')],
    ['EXCHANGE_RATES_FILE', () => path.join(rulesDir, 'EN16931-UBL.sch')],
    ['SELLER_FILE', sellerWithWrongIban],
  ])('does not start with a wrong %s', async (name, value) => {
    const { code, output } = await failedStart(path.join(folder.path, 'other'), { [name]: value() });
    expect(code).toBe(1);
    expect(output).toContain(`Seatledger cannot start: ${name}`);
  });
});
