import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { ChangeWorkspace, type CommandOutcome } from '@seatledger/command-handling';
import { Body, Controller, ForbiddenException, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type FastifyReply } from 'fastify';

import { ApiKeys, isWithin } from '../infrastructure/api-keys';
import { CLOCK, type Clock } from '../infrastructure/clock';
import { Metrics } from '../infrastructure/metrics';
import { type AuthenticatedRequest, Roles } from './auth';
import { NDJSON, TakesNdjson } from './bodies';
import { breakOff, Draining } from './draining';
import { nestingFault } from './json-nesting';
import { KeyLimits } from './key-limits';
import { type Line, linesOf, OrderedResults, untilAborted } from './ndjson';
import { answerOf } from './outcomes';
import { type ProblemBody, problemOf } from './problems';
import { RequestContexts } from './request-context';
import { BatchBody } from './schemas';
import { StreamWatch } from './stream-watch';
import { InvalidRequest, validated } from './validation';
import { checkedCommand, contentOf, domainCommand } from './workspace-commands';

/** The fate of one command of a batch. */
interface BatchResult {
  readonly status: 'accepted' | 'rejected';
  readonly revision?: number;
  readonly changed?: boolean;
  readonly removed?: readonly string[];
  readonly problem?: ProblemBody;
}

const keyIdOf = ({ apiKey }: AuthenticatedRequest): string => apiKey?.id ?? '';

/** How many commands of a stream may wait for their answer; then no more are read. */
const WINDOW = 4000;
const MAX_LINE = 64 * 1024;

/** Many commands at once, each by its own fate; those of one workspace in their order. */
@Controller('v1/commands')
@Roles('product')
export class CommandsController {
  constructor(
    private readonly bus: CommandBus,
    private readonly contexts: RequestContexts,
    private readonly metrics: Metrics,
    private readonly draining: Draining,
    private readonly keys: ApiKeys,
    private readonly limits: KeyLimits,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @TakesNdjson()
  async batch(
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ) {
    if (body instanceof Readable) {
      const end = this.limits.openStream(keyIdOf(request));
      reply.raw.once('close', end);
      void reply.type(NDJSON);
      return Readable.from(this.stream(request, body));
    }
    const { commands } = validated(BatchBody, body);
    this.limits.count(keyIdOf(request), commands.length);
    // The key is good for this very batch, not only for each command at its place.
    this.contexts.of(request, { type: 'Batch', commands });
    const results = await Promise.all(commands.map((command, index) => this.carryOut(request, command, index + 1)));
    return { results };
  }

  /** Reads lines as long as there is room and the service runs, and answers in their order. */
  private async *stream(request: AuthenticatedRequest, body: Readable): AsyncGenerator<string> {
    const results = new OrderedResults<BatchResult>(WINDOW);
    const { apiKey } = request;
    const watch = new StreamWatch(() => apiKey !== undefined && this.keys.isLetIn(apiKey), this.clock);
    const { stream, isCut } = untilAborted(body, AbortSignal.any([this.draining.signal, watch.signal]));
    request.raw.once('close', () => watch.stop());
    const reading = (async () => {
      let number = 0;
      for await (const line of linesOf(stream, MAX_LINE, isCut)) {
        number += 1;
        if (line.fault === undefined && line.text.trim() === '') continue;
        watch.note();
        await this.untilCounted(request, watch.signal);
        // What came before the key was revoked but was not begun is not begun any more.
        if (!watch.check()) break;
        await results.add(this.carryOutLine(request, line, number));
      }
    })().then(
      () => results.end(),
      (error: unknown) => results.fail(error),
    );
    for await (const some of results) {
      watch.note();
      yield `${some.map((result) => JSON.stringify(result)).join('\n')}\n`;
    }
    await reading;
    watch.stop();
    // An answer that ends as it should would say that every line was read.
    if (isCut()) await breakOff(request.raw);
  }

  /** A stream that is ahead of what its key may send in a minute is read on when the minute is over. */
  private async untilCounted(request: AuthenticatedRequest, signal: AbortSignal): Promise<void> {
    for (let waitMs = 1; waitMs > 0 && !signal.aborted;) {
      waitMs = this.limits.waitFor(keyIdOf(request), 1);
      if (waitMs > 0) await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async carryOutLine(request: AuthenticatedRequest, line: Line, number: number): Promise<BatchResult> {
    let command: unknown;
    let fault = line.fault ?? nestingFault(line.text);
    try {
      if (fault === undefined) command = JSON.parse(line.text);
    } catch {
      fault = 'is not JSON';
    }
    if (fault !== undefined) {
      const error = new InvalidRequest([{ path: `/lines/${number}`, message: fault }], `Line ${number} ${fault}.`);
      return { status: 'rejected', problem: problemOf(error) };
    }
    const result = await this.carryOut(request, command, number);
    if (result.problem === undefined) return result;
    return { ...result, problem: { ...result.problem, detail: `Line ${number}: ${result.problem.detail}` } };
  }

  /** @param number the command's place in the request, from 1: under the request's key it is its own */
  private async carryOut(request: AuthenticatedRequest, command: unknown, number: number): Promise<BatchResult> {
    try {
      const incoming = checkedCommand(command);
      const { workspaceId, type } = incoming;
      if (!isWithin(request.apiKey, workspaceId)) throw new ForbiddenException();
      const key = incoming.key ?? this.contexts.keyOf(request, number);
      const context = this.contexts.make(request, key, contentOf(incoming));
      const outcome: CommandOutcome = await this.bus.execute(
        new ChangeWorkspace(workspaceId, domainCommand(incoming), context, randomUUID()),
      );
      return { status: 'accepted', ...answerOf(outcome, this.metrics, type === 'RemoveInactiveMembers') };
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 500) request.log.error({ err: error }, 'a command failed');
      return { status: 'rejected', problem };
    }
  }
}
