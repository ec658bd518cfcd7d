import {
  decideInvoice,
  evolveInvoice,
  type InvoiceCommand,
  type InvoiceEvent,
  type InvoiceMailboxes,
  type InvoiceState,
} from '@seatledger/domain';

import { sampleInvoice } from '../../invoice-documents/testing';
import { deliverByEmail, type MailSender } from './deliver-by-email';
import { type Mail, type MailResult } from './mail';

const NOW = Date.UTC(2026, 3, 1);
const [PDF, XML] = [Buffer.from('pdf'), Buffer.from('xml')];

/** An invoice's history, and what was handed over of it. */
class Delivery {
  readonly mails: Mail[] = [];
  readonly events: InvoiceEvent[] = [];
  state: InvoiceState;
  result: MailResult = { outcome: 'sent' };

  constructor(given: Parameters<typeof sampleInvoice>[0] = {}) {
    const invoice = sampleInvoice({ delivery: ['email'], ...given });
    this.state = evolveInvoice(undefined, { type: 'InvoiceIssued', data: invoice, occurredAt: NOW }, 0);
  }

  async send(mailboxes: InvoiceMailboxes | undefined, sender: MailSender = {}): Promise<Mail | undefined> {
    const before = this.mails.length;
    await deliverByEmail({
      state: this.state,
      mailboxes,
      sender,
      pdf: PDF,
      xml: XML,
      mailer: {
        transport: 'outbox',
        isRepeatable: true,
        send: (mail) => {
          this.mails.push(mail);
          return Promise.resolve(this.result);
        },
        close: () => Promise.resolve(),
      },
      record: (_attempt, command) => Promise.resolve(this.record(command)),
    });
    return this.mails[before];
  }

  private record(command: InvoiceCommand): InvoiceState {
    for (const event of decideInvoice(command, this.state, NOW)) {
      this.events.push(event);
      this.state = evolveInvoice(this.state, event, this.state.revision + 1);
    }
    return this.state;
  }
}

const MAILBOXES = { to: ['a@acme.example', 'b@acme.example'], cc: ['c@acme.example'] };

describe('an invoice by e-mail', () => {
  it('goes to every mailbox and copy, which is recorded', async () => {
    const delivery = new Delivery();
    expect(await delivery.send(MAILBOXES)).toMatchObject(MAILBOXES);
    const recipients = {
      recipient: 'a@acme.example',
      otherRecipients: { to: ['b@acme.example'], cc: ['c@acme.example'] },
    };
    expect(delivery.events.map(({ data }) => data)).toEqual([
      { attempt: 1, messageId: delivery.mails[0]?.messageId, ...recipients },
      { attempt: 1, messageId: delivery.mails[0]?.messageId, transport: 'outbox', ...recipients },
    ]);
    const alone = new Delivery();
    await alone.send({ to: ['a@acme.example'], cc: [] });
    expect(alone.events[0]?.data).not.toHaveProperty('otherRecipients');
  });

  it('records whom the server did not take it for', async () => {
    const delivery = new Delivery();
    delivery.result = { outcome: 'sent', refused: ['b@acme.example'] };
    await delivery.send(MAILBOXES);
    expect(delivery.state.deliveries[0]).toMatchObject({ outcome: 'done', refusedRecipients: ['b@acme.example'] });
  });

  it('is from the seller’s contact, or whom the seller names', async () => {
    const email = sampleInvoice().seller.contact.email;
    const mail = await new Delivery().send(MAILBOXES);
    expect(mail?.from).toEqual({ name: sampleInvoice().seller.name, address: email });
    expect(mail).not.toHaveProperty('replyTo');
    const sender = { from: 'f@s.example', replyTo: 'r@s.example', envelopeFrom: 'e@s.example' };
    expect(await new Delivery().send(MAILBOXES, sender)).toMatchObject({
      from: { address: 'f@s.example' },
      replyTo: 'r@s.example',
      envelopeFrom: 'e@s.example',
    });
  });

  it.each([
    ['zugferd', ['RE-2026-000042.pdf'], false],
    ['xrechnung', ['RE-2026-000042.xml'], true],
    ['both', ['RE-2026-000042.pdf', 'RE-2026-000042.xml'], false],
  ] as const)('as %s has the attachments %s', async (eInvoiceFormat, names, isAnswerable) => {
    const mail = await new Delivery({ eInvoiceFormat }).send(MAILBOXES);
    expect(mail?.attachments.map(({ filename }) => filename)).toEqual(names);
    expect(mail?.attachments.map(({ content }) => Buffer.from(content).toString())).toEqual(
      names.map((name) => name.slice(-3)),
    );
    expect(mail?.isAnswerable).toBe(isAnswerable);
  });

  it('sent again is marked, and belongs to the thread of what it repeats', async () => {
    const delivery = new Delivery();
    const first = await delivery.send(MAILBOXES);
    const second = await delivery.send(MAILBOXES);
    const third = await delivery.send(MAILBOXES);
    expect([first, second, third].map((mail) => mail?.repeats)).toEqual([
      [],
      [first?.messageId],
      [first?.messageId, second?.messageId],
    ]);
    expect([first, second].map((mail) => mail?.subject.startsWith('Erneut gesendet: '))).toEqual([false, true]);
  });

  it('tried again after a failure that passes is the same mail, and repeats nothing', async () => {
    const delivery = new Delivery();
    delivery.result = { outcome: 'temporary', reason: 'later' };
    const first = await delivery.send(MAILBOXES);
    delivery.result = { outcome: 'sent' };
    const second = await delivery.send(MAILBOXES);
    expect(second).toEqual(first);
  });

  it('without a mailbox is refused, with its reason', async () => {
    const delivery = new Delivery();
    await delivery.send(undefined);
    expect(delivery.mails).toEqual([]);
    expect(delivery.state.deliveries[0]).toMatchObject({
      outcome: 'refused',
      reason: 'The contract has no invoice mailbox.',
    });
  });
});
