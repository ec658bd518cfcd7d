import { randomUUID } from 'node:crypto';

import { dueMonths } from '@seatledger/month-end';
import { type OnApplicationBootstrap, Inject, Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob, CronTime } from 'cron';

import { type Platform, PLATFORM } from './platform/platform';

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
    @Inject(PLATFORM) private readonly platform: Platform,
  ) {}

  onApplicationBootstrap(): void {
    const job = CronJob.from({
      cronTime: this.platform.config.closingCron,
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
    const { billingQueries, closings, clock, config, log } = this.platform;
    const options = { grace: config.closingGraceHours * HOUR, adjustmentWindowMonths: config.closingLookBackMonths };
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
    const { clock, config, eventStore, log, runners } = this.platform;
    try {
      const latest = await eventStore.storage.latest();
      if (latest === undefined) return;
      const recordedAt = new Date(latest.metadata.recordedAt);
      if (new CronTime(config.closingCron).getNextDateFrom(recordedAt).toMillis() > clock()) return;
      await runners.billing.reached(latest.position, 10 * MINUTE);
      await this.closeDueMonths();
    } catch (error) {
      log.error({ err: error }, 'looking for a missed schedule failed');
    }
  }
}
