import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { Controller, ForbiddenException, Inject, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type CommandOutcome } from '@seatledger/command-handling';
import { type FastifyReply } from 'fastify';

import { type AuthenticatedRequest, keyIdOf } from '../http/authenticated-request';
import { NDJSON } from '../http/body-parsers';
import { breakOff, Draining } from '../http/draining';
import { nestingFault } from '../http/json-nesting';
import { KeyLimits } from '../http/key-limits';
import { type Line, linesOf, OrderedResults, untilAborted } from '../http/ndjson';
import { answerOf } from '../http/outcomes';
import { RawBody } from '../http/params.decorator';
import { type ProblemDetails, Problems } from '../http/problems';
import { RequestContexts } from '../http/request-context';
import { Route } from '../http/route.decorator';
import { StreamWatch } from '../http/stream-watch';
import { InvalidRequest, parse } from '../http/validation';
import { ApiKeys, isWithin } from '../infrastructure/api-keys';
import { CLOCK, type Clock } from '../infrastructure/clock';
import { Metrics } from '../infrastructure/metrics';
import { checkedCommand, contentOf, useCaseOf } from './commands';
import { Batch, BatchBody, BatchCommand, BatchResult, BatchResults } from './schemas';

/** The outcome of one command of a batch, as `BatchResult` describes it. */
interface CommandResult {
  readonly replayed?: true;
  readonly status: 'accepted' | 'rejected';
  readonly revision?: number;
  readonly changed?: boolean;
  readonly removed?: readonly string[];
  readonly problem?: ProblemDetails;
}

/** How many commands of a stream may wait for their answer; then no more are read. */
const WINDOW = 4000;
const MAX_LINE = 64 * 1024;

/** Many commands at once, each with its own outcome; those of one workspace in their order. */
@Controller('v1/commands')
@ApiTags('Workspaces')
export class BatchController {
  constructor(
    private readonly bus: CommandBus,
    private readonly contexts: RequestContexts,
    private readonly metrics: Metrics,
    private readonly draining: Draining,
    private readonly problems: Problems,
    private readonly keys: ApiKeys,
    private readonly limits: KeyLimits,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route({
    roles: ['product'],
    summary: 'Many commands, each with its own outcome',
    more:
      'As JSON up to 1000 at once; as lines (NDJSON) any number, answered line by line while they come in, as fast ' +
      'as the answers are taken. Commands of one workspace are executed in their order. Under an Idempotency-Key ' +
      'each command without a `key` of its own has one made of it and its place.',
    isCommand: true,
    isLimitedByContent: true,
    line: BatchCommand,
    response: { 'application/json': BatchResults, 'application/x-ndjson': BatchResult },
    example: {
      commands: [
        { type: 'CreateTeam', workspaceId: 'acme', teamId: 'design', name: 'Design' },
        { type: 'ArchiveTeam', workspaceId: 'acme', teamId: 'sales', occurredAt: '2026-03-31T21:59:59.000Z' },
      ],
    },
  })
  @Post()
  async sendCommands(
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @RawBody(Batch) body: unknown,
  ) {
    if (body instanceof Readable) {
      const end = this.limits.openStream(keyIdOf(request));
      reply.raw.once('close', end);
      void reply.type(NDJSON);
      return Readable.from(this.stream(request, body));
    }
    const { commands } = parse(BatchBody, body);
    this.limits.count(keyIdOf(request), commands.length);
    // The key is good for this very batch, not only for each command at its place.
    this.contexts.of(request, { type: 'Batch', commands });
    const results = await Promise.all(commands.map((command, index) => this.execute(request, command, index + 1)));
    return { results };
  }

  /** Reads lines as long as there is room and the service runs, and answers in their order. */
  private async *stream(request: AuthenticatedRequest, body: Readable): AsyncGenerator<string> {
    const results = new OrderedResults<CommandResult>(WINDOW);
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
        await results.add(this.executeLine(request, line, number));
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

  private async executeLine(request: AuthenticatedRequest, line: Line, number: number): Promise<CommandResult> {
    let command: unknown;
    let fault = line.fault ?? nestingFault(line.text);
    try {
      if (fault === undefined) command = JSON.parse(line.text);
    } catch {
      fault = 'is not JSON';
    }
    if (fault !== undefined) {
      const error = new InvalidRequest([{ path: `/lines/${number}`, message: fault }], `Line ${number} ${fault}.`);
      return { status: 'rejected', problem: this.problems.of(error) };
    }
    const result = await this.execute(request, command, number);
    if (result.problem === undefined) return result;
    return { ...result, problem: { ...result.problem, detail: `Line ${number}: ${result.problem.detail}` } };
  }

  /** @param number the command's place in the request, from 1: under the request's key it is its own */
  private async execute(request: AuthenticatedRequest, command: unknown, number: number): Promise<CommandResult> {
    let replayed: Pick<CommandResult, 'replayed'> = {};
    try {
      const incoming = checkedCommand(command);
      if (!isWithin(request.apiKey, incoming.workspaceId)) throw new ForbiddenException();
      const key = incoming.key ?? this.contexts.keyOf(request, number);
      const context = this.contexts.make(request, key, contentOf(incoming));
      const outcome: CommandOutcome = await this.bus.execute(useCaseOf(incoming, context));
      // Under the request's key the whole answer is the same again.
      replayed = outcome.isReplay === true && incoming.key !== undefined ? { replayed: true } : {};
      const withRemoved = incoming.type === 'RemoveInactiveMembers';
      return { status: 'accepted', ...answerOf(request, outcome, this.metrics, withRemoved), ...replayed };
    } catch (error) {
      return { status: 'rejected', ...replayed, problem: this.problems.ofOne(error, request.log) };
    }
  }
}
