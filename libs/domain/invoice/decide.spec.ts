import { NO_EXCHANGE_RATES } from '../tax/exchange-rates';
import { ClosingBooks, SELLER, started, teamCreated, termsWith, workspaceOf } from '../testing/facts';
import { givenInvoice, NOW } from '../testing/given';
import { type InvoiceEvent, type IssuedInvoice } from './events';
import { issueInvoice } from './issue';

function invoiceOf(delivery: 'download' | 'email'): IssuedInvoice {
  const books = new ClosingBooks();
  const state = workspaceOf([started(), teamCreated('A', '2026-01-01 00:00')]);
  books.close('2026-01', state, { terms: termsWith({ delivery: [delivery] }) });
  const [document] = books.standing('2026-01');
  if (document === undefined) throw new Error('nothing was billed');
  return issueInvoice({
    document,
    number: 'RE-2026-000001',
    issueDate: '2026-02-01',
    seller: SELLER,
    corrects: [],
    exchangeRates: NO_EXCHANGE_RATES,
  });
}

const event = <Type extends InvoiceEvent['type']>(type: Type, data: Extract<InvoiceEvent, { type: Type }>['data']) =>
  ({ type, data, occurredAt: NOW }) as InvoiceEvent;
const invoice = invoiceOf('email');
const issued = event('InvoiceIssued', invoice);
const document = {
  sha256: 'a'.repeat(64),
  bytes: 1,
  pages: 1,
  renderer: 'test',
  xml: { sha256: 'b'.repeat(64), bytes: 1 },
};
const rendered = event('InvoiceRendered', document);
const started1 = { attempt: 1, recipient: 'a@example.com', messageId: '<1@example.com>' };
const begun = event('InvoiceDeliveryStarted', started1);
const sent = { ...started1, transport: 'smtp' } as const;
const failure = { attempt: 1, recipient: 'a@example.com', reason: 'busy', outcome: 'temporary' } as const;

describe('issuing an invoice', () => {
  it('is done once', () => {
    givenInvoice([]).when({ type: 'IssueInvoice', invoice }).then(issued);
    givenInvoice([issued]).when({ type: 'IssueInvoice', invoice }).thenNothing();
  });
  it('comes before everything else', () => {
    givenInvoice([]).when({ type: 'RecordRendering', document }).thenRefused('unknown-invoice');
    givenInvoice([]).when({ type: 'CancelInvoice', reason: 'x', reissue: false }).thenRefused('unknown-invoice');
  });
});

describe('rendering an invoice', () => {
  it('is recorded once: the first document stays', () => {
    givenInvoice([issued]).when({ type: 'RecordRendering', document }).then(rendered);
    const other = { ...document, sha256: 'c'.repeat(64) };
    givenInvoice([issued, rendered]).when({ type: 'RecordRendering', document: other }).thenNothing();
  });
  it('is given up once, and not where there is a document', () => {
    const given = { attempts: 10, reason: 'no glyph' };
    const failed = event('InvoiceRenderingFailed', given);
    givenInvoice([issued]).when({ type: 'GiveUpRendering', failure: given }).then(failed);
    givenInvoice([issued, failed]).when({ type: 'GiveUpRendering', failure: given }).thenNothing();
    givenInvoice([issued, rendered]).when({ type: 'GiveUpRendering', failure: given }).thenNothing();
  });
});

describe('delivering an invoice', () => {
  it('as a download is done once', () => {
    const downloadable = event('InvoiceIssued', invoiceOf('download'));
    const published = event('InvoicePublished', {});
    givenInvoice([downloadable, rendered]).when({ type: 'PublishInvoice' }).then(published);
    givenInvoice([downloadable, rendered, published]).when({ type: 'PublishInvoice' }).thenNothing();
  });
  it('by e-mail is begun by one process for each attempt', () => {
    givenInvoice([issued, rendered]).when({ type: 'StartDelivery', delivery: started1 }).then(begun);
    givenInvoice([issued, rendered, begun])
      .when({ type: 'StartDelivery', delivery: { ...started1, messageId: '<2@example.com>' } })
      .thenRefused('delivery-started');
  });
  it('ends once, as sent or as failed', () => {
    const done = event('InvoiceSent', sent);
    const failed = event('InvoiceDeliveryFailed', failure);
    givenInvoice([issued, rendered, begun]).when({ type: 'RecordSent', delivery: sent }).then(done);
    givenInvoice([issued, rendered, begun]).when({ type: 'RecordDeliveryFailure', failure }).then(failed);
    for (const end of [done, failed]) {
      givenInvoice([issued, rendered, begun, end]).when({ type: 'RecordSent', delivery: sent }).thenNothing();
      givenInvoice([issued, rendered, begun, end]).when({ type: 'RecordDeliveryFailure', failure }).thenNothing();
    }
  });
});
