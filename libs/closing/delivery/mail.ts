/** An e-mail, complete. */
export interface Mail {
  readonly messageId: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly date: Date;
  readonly attachment: { readonly filename: string; readonly content: Uint8Array };
}

/** What became of a mail that was handed over. */
export type MailResult =
  | { readonly outcome: 'sent' }
  /** refused: for good. temporary: may be tried again. uncertain: it may have been accepted. */
  | { readonly outcome: 'refused' | 'temporary' | 'uncertain'; readonly reason: string };

export interface Mailer {
  readonly transport: 'smtp' | 'outbox';
  /** Handing the same mail over twice leaves one: then an attempt without outcome is repeated. */
  readonly isRepeatable: boolean;
  send(mail: Mail): Promise<MailResult>;
  close(): Promise<void>;
}
