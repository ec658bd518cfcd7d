import { randomUUID } from 'node:crypto';

import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext, type CommandOutcome, InvoiceQueue } from '@seatledger/command-handling';
import * as domain from '@seatledger/domain';

export class CancelInvoice extends Command<CommandOutcome> {
  constructor(
    readonly number: string,
    readonly command: domain.CancelInvoice,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(CancelInvoice)
class CancelInvoiceHandler implements ICommandHandler<CancelInvoice> {
  constructor(private readonly queue: InvoiceQueue) {}

  execute({ number, command, context }: CancelInvoice): Promise<CommandOutcome> {
    return this.queue.submit(number, randomUUID(), command, context);
  }
}

export class ResendInvoice extends Command<CommandOutcome> {
  constructor(
    readonly number: string,
    readonly command: domain.ResendInvoice,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ResendInvoice)
class ResendInvoiceHandler implements ICommandHandler<ResendInvoice> {
  constructor(private readonly queue: InvoiceQueue) {}

  execute({ number, command, context }: ResendInvoice): Promise<CommandOutcome> {
    return this.queue.submit(number, randomUUID(), command, context);
  }
}

export const INVOICE_COMMAND_HANDLERS = [CancelInvoiceHandler, ResendInvoiceHandler];
