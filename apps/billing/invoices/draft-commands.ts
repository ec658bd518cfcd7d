import { randomUUID } from 'node:crypto';

import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BillingQueue, type CommandContext, type CommandOutcome } from '@seatledger/command-handling';
import {
  type ApproveBill,
  type RecountDraft as RecountCommand,
  type ReturnDraft as ReturnCommand,
} from '@seatledger/domain';

import { draftIdOf } from './draft-id';

/** Lets a draft become an invoice. */
export class ApproveDraft extends Command<CommandOutcome> {
  constructor(
    readonly workspaceId: string,
    readonly command: ApproveBill,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ApproveDraft)
class ApproveDraftHandler implements ICommandHandler<ApproveDraft> {
  constructor(private readonly queue: BillingQueue) {}

  execute({ workspaceId, command, context }: ApproveDraft): Promise<CommandOutcome> {
    return this.queue.submit(workspaceId, randomUUID(), command, context);
  }
}

/** Sends a draft back with a note: it waits until it is recounted. */
export class ReturnDraft extends Command<CommandOutcome> {
  constructor(
    readonly workspaceId: string,
    readonly command: ReturnCommand,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(ReturnDraft)
class ReturnDraftHandler implements ICommandHandler<ReturnDraft> {
  constructor(private readonly queue: BillingQueue) {}

  execute({ workspaceId, command, context }: ReturnDraft): Promise<CommandOutcome> {
    return this.queue.submit(workspaceId, randomUUID(), command, context);
  }
}

interface Recounted {
  readonly outcome: CommandOutcome;
  /** The drafts that take the place of the one that was recounted. */
  readonly draftIds: readonly string[];
}

/** Counts a returned draft again from the facts known now. */
export class RecountDraft extends Command<Recounted> {
  constructor(
    readonly workspaceId: string,
    readonly command: Omit<RecountCommand, 'facts'>,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(RecountDraft)
class RecountDraftHandler implements ICommandHandler<RecountDraft> {
  constructor(private readonly queue: BillingQueue) {}

  async execute({ workspaceId, command, context }: RecountDraft): Promise<Recounted> {
    const outcome = await this.queue.submit(workspaceId, randomUUID(), command, context);
    if (outcome.status === 'refused') return { outcome, draftIds: [] };
    const { revision } = outcome.answer;
    const draftIds = await this.queue.inspect(workspaceId, ({ documents }) =>
      documents
        .filter(({ billRevision, isHeld }) => billRevision === revision && isHeld)
        .map((document) => draftIdOf({ ...document, workspaceId })),
    );
    return { outcome, draftIds };
  }
}

export const DRAFT_COMMAND_HANDLERS = [ApproveDraftHandler, ReturnDraftHandler, RecountDraftHandler];
