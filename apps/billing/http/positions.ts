import { Injectable } from '@nestjs/common';
import { type CommandOutcome } from '@seatledger/command-handling';
import { EventStore } from '@seatledger/event-store';
import { ReadModelLagging } from '@seatledger/projections';
import { type FastifyInstance, type FastifyReply } from 'fastify';

import { ReadModels } from '../infrastructure/projections.module';
import { type AuthenticatedRequest, type CommandAnswers } from './authenticated-request';
import { POSITION } from './paging';

const WAIT_LIMIT_MS = 5000;
const WRITTEN_POSITION = new RegExp(POSITION);

/** Notes a command's outcome for the header of the answer. */
export function noteOutcome(request: AuthenticatedRequest, outcome: CommandOutcome): void {
  const { isReplay = false } = outcome;
  const position = outcome.status === 'done' ? outcome.answer.position : undefined;
  const answers = (request.commandAnswers ??= { position, areReplays: isReplay });
  answers.areReplays &&= isReplay;
  if (position !== undefined) answers.position = Math.max(answers.position ?? 0, position);
}

/** One measure of how far the history is: answers to commands give it, and reads wait for it. */
@Injectable()
export class Positions {
  constructor(
    private readonly eventStore: EventStore,
    private readonly readModels: ReadModels,
  ) {}

  addTo(fastify: FastifyInstance): void {
    fastify.addHook('preHandler', async ({ query }) => {
      const { atLeast } = query as { readonly atLeast?: unknown };
      // Anything else is refused where the query is checked.
      if (typeof atLeast === 'string' && WRITTEN_POSITION.test(atLeast)) await this.waitFor(atLeast);
    });
    fastify.addHook('onSend', async (request: AuthenticatedRequest, reply) => {
      if (request.commandAnswers !== undefined) await this.answer(request.commandAnswers, reply);
    });
  }

  /** Every read model answers whatever the route reads. @throws {ReadModelLagging} */
  private async waitFor(position: string): Promise<void> {
    const reached = this.readModels.all.map((model) => model.reached(Number(position), WAIT_LIMIT_MS));
    if (!(await Promise.all(reached)).every(Boolean)) throw new ReadModelLagging(position);
  }

  /** What changed nothing rests on a history that reaches to the end of the store at most. */
  private async answer({ position, areReplays }: CommandAnswers, reply: FastifyReply): Promise<void> {
    if (areReplays) void reply.header('idempotent-replayed', 'true');
    // A refusal needs no position, and what is done stays done where the end cannot be read.
    const isDone = reply.statusCode < 300;
    const reflected = position ?? (isDone ? await this.eventStore.storage.head().catch(() => undefined) : undefined);
    if (reflected !== undefined) void reply.header('seatledger-position', String(reflected));
  }
}
