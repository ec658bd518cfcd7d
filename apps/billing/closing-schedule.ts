import { randomUUID } from 'node:crypto';

import { addMonths, type BillingMonth, boundsOf, monthOf } from '@seatledger/domain';
import { type ContractDocument } from '@seatledger/projections';
import { type OnApplicationBootstrap, Inject, Injectable } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';

import { type Platform, PLATFORM } from './platform/platform';

const HOUR = 3600 * 1000;

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
  }

  /** Starts a run for each month that is due somewhere, the oldest first. */
  async closeDueMonths(): Promise<void> {
    const { billingQueries, closings, log } = this.platform;
    try {
      const due = new Map<BillingMonth, string[]>();
      for await (const contract of billingQueries.contracts()) {
        const month = this.latestDueMonth(contract);
        if (month === undefined) continue;
        due.set(month, [...(due.get(month) ?? []), contract.workspaceId]);
      }
      for (const month of [...due.keys()].sort()) {
        const context = { actor: 'schedule', correlationId: randomUUID() };
        await closings.start({ month, workspaceIds: due.get(month) ?? [] }, context);
      }
    } catch (error) {
      log.error({ err: error }, 'looking for months to close failed');
    }
  }

  /** The latest month that is over, with its grace; closing it closes those missed before it. */
  private latestDueMonth(contract: ContractDocument): BillingMonth | undefined {
    const { timeZone, firstMonth, lastClosed } = contract;
    const { clock, config } = this.platform;
    const graceEnd = clock() - config.closingGraceHours * HOUR;
    let month = addMonths(monthOf(clock(), timeZone), -1);
    if (boundsOf(month, timeZone).end > graceEnd) month = addMonths(month, -1);
    if (month < firstMonth || (lastClosed !== null && month <= lastClosed)) return undefined;
    return month;
  }
}
