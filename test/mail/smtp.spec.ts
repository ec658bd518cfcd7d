import { type AddressInfo, createServer } from 'node:net';

import { type Mail, type Mailer, openSmtp } from '@seatledger/month-end';

import { CERTIFICATE } from '../support/certificate';
import { MailServer, type Moment, type Trouble } from '../support/mail-server';

const PDF = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 256));
const MAIL: Mail = {
  messageId: '<RE-2026-000001.1.0123456789abcdef@seller.example>',
  from: { name: 'Müller & Söhne, Büro', address: 'rechnung@seller.example' },
  to: ['invoices@acme.example'],
  cc: [],
  subject: 'Rechnung RE-2026-000001 · 2026-03, für „Größe“',
  text: 'Guten Tag,\n\nschöne Grüße aus Köln.\n',
  date: new Date('2026-04-01T04:00:00Z'),
  repeats: [],
  isAnswerable: false,
  attachments: [{ filename: 'RE-2026-000001.pdf', contentType: 'application/pdf', content: PDF }],
};
/** Long enough for a busy machine: only silence lasts longer. */
const LIMITS = { connection: 2000, silence: 2000, mail: 20_000 };

describe('mail by SMTP', () => {
  let server: MailServer;
  let mailer: Mailer;

  async function open(server_: Promise<MailServer> = MailServer.start(), urlOf = ({ url }: MailServer) => url) {
    server = await server_;
    mailer = openSmtp(urlOf(server), { limits: LIMITS });
  }
  afterEach(async () => {
    await mailer.close();
    await server.stop();
  });

  it('arrives as it was composed, umlauts and bytes', async () => {
    await open();
    expect(await mailer.send(MAIL)).toEqual({ outcome: 'sent' });
    const [mail] = server.accepted;
    expect(mail).toMatchObject({
      messageId: MAIL.messageId,
      subject: MAIL.subject,
      text: MAIL.text,
      date: MAIL.date,
      from: { value: [MAIL.from] },
      to: { value: [{ address: MAIL.to[0] }] },
      attachments: [{ filename: 'RE-2026-000001.pdf', contentType: 'application/pdf' }],
    });
    expect(mail?.attachments[0]?.content.equals(PDF)).toBe(true);
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
  });

  it('shares connections', async () => {
    await open();
    for (let index = 0; index < 3; index += 1) await mailer.send({ ...MAIL, messageId: `<${index}@seller.example>` });
    expect(server.accepted).toHaveLength(3);
    expect(server.connections).toBe(1);
  });

  it.each<[string, Moment, Trouble, string, RegExp]>([
    ['a recipient refused', 'recipient', '550 5.1.1 no such user', 'refused', /550 5\.1\.1 no such user/],
    ['a content refused', 'content', '554 5.7.1 looks like spam', 'refused', /554/],
    ['greylisting', 'recipient', '451 4.7.1 come back later', 'temporary', /451/],
    ['a content refused for now', 'content', '452 4.3.1 disk full', 'temporary', /452/],
    ['a sender refused', 'mail', '550 5.7.1 not you', 'temporary', /550/],
    ['a greeting that refuses', 'connect', '554 5.3.2 not today', 'temporary', /554/],
    ['the server going away', 'mail', '421 4.3.2 shutting down', 'temporary', /421/],
    ['a cut before the greeting', 'connect', 'cut', 'temporary', /./],
    ['a cut at the recipient', 'recipient', 'cut', 'temporary', /closed/],
    ['silence at the recipient', 'recipient', 'silence', 'temporary', /[Tt]imeout/],
    ['silence before the greeting', 'connect', 'silence', 'temporary', /[Tt]imeout|[Gg]reeting/],
    ['a cut after the content', 'content', 'cut', 'uncertain', /closed/],
    ['silence after the content', 'content', 'silence', 'uncertain', /[Tt]imeout/],
  ])('after %s is known for what it is, and sent when asked again', async (_, moment, trouble, outcome, reason) => {
    await open();
    server.trouble(moment, trouble);
    expect(await mailer.send(MAIL)).toEqual({ outcome, reason: expect.stringMatching(reason) as string });
    expect(server.accepted).toHaveLength(0);
    // What the pool might do by itself it would have done by now: it says so before it gives up.
    expect(server.received).toBe(moment === 'content' ? 1 : 0);
    expect(await mailer.send(MAIL)).toEqual({ outcome: 'sent' });
    expect(server.accepted).toHaveLength(1);
  });

  it('is tried again when a connection that was kept open is gone', async () => {
    await open();
    await mailer.send(MAIL);
    server.cut();
    expect(await mailer.send(MAIL)).toMatchObject({ outcome: expect.stringMatching(/sent|temporary/) as string });
    expect((await mailer.send(MAIL)).outcome).toBe('sent');
  });

  it('does not wait for ever for a server that trickles its answers', async () => {
    await open();
    const trickling = createServer((socket) => {
      const timer = setInterval(() => socket.write('220-one moment\r\n'), 20);
      socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
    });
    await new Promise<void>((resolve) => trickling.listen(0, '127.0.0.1', resolve));
    const { port } = trickling.address() as AddressInfo;
    const another = openSmtp(`smtp://127.0.0.1:${port}`, {
      limits: { connection: 60_000, silence: 60_000, mail: 200 },
    });
    expect(await another.send(MAIL)).toMatchObject({ outcome: 'temporary' });
    await another.close();
    await new Promise((resolve) => trickling.close(resolve));
  });

  it('does not go out when nobody is there', async () => {
    await open();
    const { url } = server;
    await server.stop();
    const alone = openSmtp(url, { limits: LIMITS });
    expect(await alone.send(MAIL)).toEqual({
      outcome: 'temporary',
      reason: expect.stringMatching(/ECONNREFUSED/) as string,
    });
    await alone.close();
  });

  it('to another address than one is not handed over', async () => {
    await open();
    for (const to of [
      'a@acme.example\r\nRCPT TO:<evil@evil.example>',
      'a@acme.example\nBcc: evil@evil.example',
      'a@acme.example, evil@evil.example',
      '"a" <a@acme.example>',
      'nobody',
      '',
    ]) {
      expect(await mailer.send({ ...MAIL, to: [to] })).toMatchObject({ outcome: 'refused' });
      expect(await mailer.send({ ...MAIL, cc: [to] })).toMatchObject({ outcome: 'refused' });
      expect(await mailer.send({ ...MAIL, replyTo: to })).toMatchObject({ outcome: 'refused' });
      expect(await mailer.send({ ...MAIL, envelopeFrom: to })).toMatchObject({ outcome: 'refused' });
    }
    expect(await mailer.send({ ...MAIL, to: [] })).toMatchObject({ outcome: 'refused' });
    const address = 'a@b.example\r\nDATA';
    expect(await mailer.send({ ...MAIL, from: { name: 'x', address } })).toMatchObject({ outcome: 'refused' });
    expect(server.connections).toBe(0);
  });

  it('goes to several recipients and copies, from an address of its own', async () => {
    const senders: string[] = [];
    const names: string[] = [];
    await open(
      MailServer.start({
        onMailFrom: ({ address }, { hostNameAppearsAs }, done) => {
          senders.push(address);
          names.push(hostNameAppearsAs);
          done();
        },
      }),
    );
    const named = openSmtp(server.url, { limits: LIMITS, ehloName: 'mail.seller.example' });
    const [to, cc] = [['a@acme.example', 'b@acme.example'], ['c@acme.example']];
    const mail = { ...MAIL, to, cc, replyTo: 'people@seller.example', envelopeFrom: 'bounces@seller.example' };
    expect(await named.send(mail)).toEqual({ outcome: 'sent' });
    await named.close();
    expect(server.attempts).toEqual([...to, ...cc]);
    expect([senders, names]).toEqual([['bounces@seller.example'], ['mail.seller.example']]);
    expect(server.accepted[0]).toMatchObject({
      from: { value: [MAIL.from] },
      replyTo: { value: [{ address: 'people@seller.example' }] },
      to: { value: to.map((address) => ({ address })) },
      cc: { value: cc.map((address) => ({ address })) },
    });
  });

  it('reports whom the server refused, where it took the mail for others', async () => {
    await open();
    server.trouble('recipient', '550 5.1.1 no such user');
    const to = ['gone@acme.example', 'b@acme.example'];
    expect(await mailer.send({ ...MAIL, to })).toEqual({ outcome: 'sent', refused: ['gone@acme.example'] });
    expect(server.accepted).toHaveLength(1);
  });

  it('that repeats another belongs to its thread', async () => {
    await open();
    const repeats = ['<1@seller.example>', '<2@seller.example>'];
    await mailer.send({ ...MAIL, repeats });
    expect(server.accepted[0]).toMatchObject({ inReplyTo: '<2@seller.example>', references: repeats });
  });

  it('that may be answered by a machine says nothing against it', async () => {
    await open();
    await mailer.send({ ...MAIL, isAnswerable: true });
    expect(server.accepted[0]?.headers.has('auto-submitted')).toBe(false);
  });

  it('with line ends in subject and names stays one mail to one address', async () => {
    await open();
    const evil = 'x\r\nBcc: evil@evil.example\r\n\r\nbody';
    await mailer.send({ ...MAIL, subject: evil, from: { name: evil, address: MAIL.from.address } });
    expect(server.attempts).toEqual(MAIL.to);
    expect(server.accepted[0]?.bcc).toBeUndefined();
    expect(server.accepted[0]?.text).toBe(MAIL.text);
  });

  describe('with TLS', () => {
    const trusting = (url: string) => `${url}?tls.ca=${encodeURIComponent(CERTIFICATE)}`;
    const login = (url: string, password = 'secret') => url.replace('://', `://biller:${password}@`);
    const withTls = () => MailServer.start({ disabledCommands: [] });

    it('logs in after STARTTLS', async () => {
      await open(withTls(), ({ url }) => trusting(login(url)));
      expect(await mailer.send(MAIL)).toEqual({ outcome: 'sent' });
    });

    it('goes to a server that is encrypted from the start', async () => {
      await open(MailServer.start({ secure: true, disabledCommands: [] }), ({ url }) =>
        trusting(login(url.replace('smtp:', 'smtps:'))),
      );
      expect(await mailer.send(MAIL)).toEqual({ outcome: 'sent' });
    });

    it('waits when the password is wrong: that is ours to mend', async () => {
      await open(withTls(), ({ url }) => trusting(login(url, 'wrong')));
      expect(await mailer.send(MAIL)).toEqual({
        outcome: 'temporary',
        reason: expect.stringMatching(/535/) as string,
      });
    });

    it('sends no password to a server that is not encrypted', async () => {
      const seen = jest.fn();
      await open(
        MailServer.start({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true, onAuth: seen }),
        ({ url }) => login(url),
      );
      expect(await mailer.send(MAIL)).toMatchObject({ outcome: 'temporary' });
      expect(seen).not.toHaveBeenCalled();
    });

    it('trusts no certificate that it does not know', async () => {
      await open(withTls(), ({ url }) => login(url));
      expect(await mailer.send(MAIL)).toEqual({
        outcome: 'temporary',
        reason: expect.stringMatching(/self-signed/) as string,
      });
      expect(server.attempts).toEqual([]);
    });
  });
});
