import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CommandContext } from '@seatledger/command-handling';
import { type ClosingRequest } from '@seatledger/domain';
import { Closings } from '@seatledger/month-end';

import { FailingSteps } from './failing-steps';

/** Closes a month; resolves with the run's id when the run is recorded. */
export class StartClosing extends Command<string> {
  constructor(
    readonly run: ClosingRequest,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(StartClosing)
export class StartClosingHandler implements ICommandHandler<StartClosing> {
  constructor(
    private readonly closings: Closings,
    private readonly failingSteps: FailingSteps,
  ) {}

  /** Steps of such a run that failed before are tried again at once. */
  async execute({ run, context }: StartClosing): Promise<string> {
    const closingId = await this.closings.start(run, context);
    await this.failingSteps.retry(run);
    return closingId;
  }
}

/** Counts and prices as a run would, and writes nothing. */
export class StartDryRun extends Command<string> {
  constructor(
    readonly run: ClosingRequest,
    readonly context: CommandContext,
  ) {
    super();
  }
}

@CommandHandler(StartDryRun)
export class StartDryRunHandler implements ICommandHandler<StartDryRun> {
  constructor(private readonly closings: Closings) {}

  execute({ run, context }: StartDryRun): Promise<string> {
    return this.closings.startDryRun(run, context);
  }
}
