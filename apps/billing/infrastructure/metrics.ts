import { Injectable } from '@nestjs/common';
import { type QueueMetrics } from '@seatledger/command-handling';
import { type AppendTiming } from '@seatledger/event-store';
import { type StepEnded } from '@seatledger/month-end';
import { type ReadModelOptions, type ReadModelStatus } from '@seatledger/projections';
import { type Logger } from 'pino';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const LATENCIES = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Values by what they are about. */
type Figures = readonly (readonly [of: string, value: number])[];

/** What the service counts and times, for Prometheus. Labels hold no ids and no personal data. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  private readonly commands = this.counter('commands_total', 'Commands by outcome.', ['outcome']);
  private readonly conflicts = this.counter(
    'append_conflicts_total',
    'Appends that met another revision and were decided again.',
    ['subject'],
  );
  private readonly appends = this.histogram(
    'append_seconds',
    'Appending to the event store until it is durable; `conflict`: the stream was at another revision.',
    ['outcome'],
  );
  private readonly batches = this.histogram(
    'command_batch_seconds',
    'Loading, deciding and appending the commands that waited for one subject.',
    ['subject'],
  );
  private readonly folds = this.histogram('projection_batch_seconds', 'Folding and committing one batch of events.', [
    'projection',
  ]);
  private readonly folded = this.counter('projection_events_total', 'Events folded.', ['projection']);
  private readonly failures = this.counter(
    'projection_failures_total',
    'Batches that failed; a projection that stopped needs an operator.',
    ['projection'],
  );
  private readonly steps = this.histogram('closing_step_seconds', 'Steps from a closed month to a delivered invoice.', [
    'step',
    'outcome',
  ]);
  private readonly closings = this.counter(
    'months_closed_total',
    'Months of workspaces that runs of the closing went through, by outcome.',
    ['outcome'],
  );

  private readonly refusals = this.counter('requests_refused_total', 'Requests answered 401, 403 or 429.', ['status']);

  private readonly queueSizes = new Map<string, () => number>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    this.observe('queue_size', 'What waits in this process: commands by subject, documents to print.', 'queue', () =>
      [...this.queueSizes].map(([name, size]) => [name, size()] as const),
    );
  }

  /** How much waits in a queue of this process; asked for when the metrics are read. */
  queueSize(queue: string, size: () => number): void {
    this.queueSizes.set(queue, size);
  }

  command(outcome: 'changed' | 'unchanged' | 'refused' | 'failed'): void {
    this.commands.inc({ outcome });
  }

  queue(subject: string): QueueMetrics {
    return {
      conflict: () => this.conflicts.inc({ subject }),
      batch: (_commands, _events, milliseconds) => this.batches.observe({ subject }, milliseconds / 1000),
    };
  }

  append({ outcome, milliseconds }: AppendTiming): void {
    this.appends.observe({ outcome }, milliseconds / 1000);
  }

  runner(projection: string, log: Logger): ReadModelOptions {
    return {
      onCommit: ({ events, milliseconds }) => {
        this.folds.observe({ projection }, milliseconds / 1000);
        this.folded.inc({ projection }, events);
      },
      onFailure: (name, error) => {
        this.failures.inc({ projection });
        log.error({ projection: name, err: error }, 'a projection failed');
      },
      onRebuilt: (name, rebuild) => {
        if (rebuild.state === 'done' && rebuild.differences.length === 0) log.info({ projection: name }, 'rebuilt');
        else log.warn({ projection: name, ...rebuild }, 'a rebuild ended with something to look at');
      },
    };
  }

  /** How far the projections are behind, and whether they run; asked for when the metrics are read. */
  projections(statuses: () => readonly ReadModelStatus[], head: () => Promise<number>): void {
    this.observe(
      'projection_lag_events',
      'Positions between the newest event and the documents.',
      'projection',
      async () => {
        const newest = await head();
        return statuses().map(({ projection, checkpoint }) => [projection, Math.max(0, newest - checkpoint)]);
      },
    );
    this.observe('projection_stopped', '1 when a projection met an event that it cannot fold.', 'projection', () =>
      statuses().map(({ projection, state }) => [projection, state === 'failed' ? 1 : 0]),
    );
  }

  step({ kind, milliseconds, failed }: Omit<StepEnded, 'correlationId'>): void {
    this.steps.observe({ step: kind, outcome: failed ? 'failed' : 'done' }, milliseconds / 1000);
  }

  refusal(status: number): void {
    this.refusals.inc({ status: String(status) });
  }

  closed(outcome: string): void {
    this.closings.inc({ outcome });
  }

  /** Values by a label that are asked for when the metrics are read. */
  observe(name: string, help: string, label: string, read: () => Figures | Promise<Figures>): void {
    new Gauge({
      name: `seatledger_${name}`,
      help,
      labelNames: [label],
      registers: [this.registry],
      async collect() {
        // A store that is away is told by the health check; old figures would be wrong.
        this.reset();
        const figures = await Promise.resolve()
          .then(read)
          .catch(() => []);
        for (const [of, value] of figures) this.set({ [label]: of }, value);
      },
    });
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `seatledger_${name}`, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, labelNames: string[]): Histogram {
    return new Histogram({
      name: `seatledger_${name}`,
      help,
      labelNames,
      buckets: LATENCIES,
      registers: [this.registry],
    });
  }
}
