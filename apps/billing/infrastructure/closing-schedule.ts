import { randomUUID } from 'node:crypto';

import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { type Configuration, configuration } from '@seatledger/configuration';
import { EventStore } from '@seatledger/event-store';
import { Closings, dueMonths } from '@seatledger/month-end';
import { BillingQueries } from '@seatledger/projections';
import { CronJob, CronTime } from 'cron';
import { type Logger } from 'pino';

import { CLOCK, type Clock } from './clock';
import { LOG } from './log';
import { ReadModels } from './projections.module';

const HOUR = 3600 * 1000;
const MINUTE = 60 * 1000;

/**
 * Looks for months to close. The schedule only wakes it: what it finds follows from the history,
 * so that months which were missed while the service was down are found as well.
 */
@Injectable()
export class ClosingSchedule implements OnApplicationBootstrap {
  constructor(
    private readonly registry: SchedulerRegistry,
    private readonly eventStore: EventStore,
    private readonly readModels: ReadModels,
    private readonly billingQueries: BillingQueries,
    private readonly closings: Closings,
    @Inject(configuration.KEY) private readonly config: Configuration,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const job = CronJob.from({
      cronTime: this.config.closingCron,
      onTick: () => void this.closeDueMonths(),
    });
    this.registry.addCronJob('closing', job);
    job.start();
    void this.catchUp();
  }

  /**
   * Requests a run for each month that is due somewhere, the oldest first. Processes that are
   * woken in the same minute request the same runs.
   */
  async closeDueMonths(): Promise<void> {
    const { billingQueries, closings, clock, config, log } = this;
    const options = { grace: config.closingGraceHours * HOUR, adjustmentWindowMonths: config.adjustmentWindowMonths };
    const minute = Math.floor(clock() / MINUTE);
    try {
      const due = await dueMonths(billingQueries.contracts(), clock(), options);
      for (const [index, { month, workspaceIds }] of due.entries()) {
        const key = `schedule ${minute} ${month} ${index}`;
        const origin = { actor: 'schedule', correlationId: randomUUID(), request: { key, hash: key } };
        await closings
          .start({ month, workspaceIds }, origin)
          .catch((error: unknown) => log.error({ month, err: error }, 'a closing could not be requested'));
      }
    } catch (error) {
      log.error({ err: error }, 'looking for months to close failed');
    }
  }

  /** Looks at once when the schedule would have woken us since anything was recorded last. */
  async catchUp(): Promise<void> {
    const { clock, config, eventStore, log, readModels } = this;
    try {
      const latest = await eventStore.storage.latest();
      if (latest === undefined) return;
      const recordedAt = new Date(latest.metadata.recordedAt);
      if (new CronTime(config.closingCron).getNextDateFrom(recordedAt).toMillis() > clock()) return;
      await readModels.billing.reached(latest.position, 10 * MINUTE);
      await this.closeDueMonths();
    } catch (error) {
      log.error({ err: error }, 'looking for a missed schedule failed');
    }
  }
}
