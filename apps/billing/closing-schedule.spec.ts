import { contractStream } from '@seatledger/event-store';
import { SchedulerRegistry } from '@nestjs/schedule';
import { pino } from 'pino';

import { termsWith } from '../../libs/domain/testing';
import { TestCluster } from '../../test/support/eventstoredb';
import { BILL_TO, temporaryFolder } from '../../test/support/service';
import { ClosingSchedule } from './closing-schedule';
import { readConfig } from './platform/config';
import { openPlatform, type Platform } from './platform/platform';
import { readSeller } from './platform/seller';

const TERMS = termsWith({ unitPriceMinor: 4900, delivery: ['download'] });

/** What a start finds to close; the process before it opened a contract and ended on 31 March at noon. */
describe.each([
  ['the embedded store', undefined],
  ['EventStoreDB', () => TestCluster.start()],
])('a start on %s', (_store, startCluster) => {
  const folder = temporaryFolder();
  let cluster: TestCluster | undefined;
  let faults: string[];

  async function started<Result>(at: string, act: (platform: Platform) => Promise<Result>): Promise<Result> {
    const platform = await openPlatform({
      config: readConfig({
        DATA_DIR: folder.path,
        CLOSING_CRON: '0 4 * * *',
        ...(cluster === undefined ? {} : { EVENT_STORE_URL: cluster.url }),
      }),
      seller: readSeller(undefined),
      log: pino({ level: 'error' }, { write: (line: string) => void faults.push(line) }),
      clock: () => Date.parse(at),
    });
    try {
      return await act(platform);
    } finally {
      await platform.close();
    }
  }
  const requestedAt = (at: string) =>
    started(at, async (platform) => {
      const before = await platform.eventStore.storage.head();
      await new ClosingSchedule(new SchedulerRegistry(), platform).catchUp();
      const { events } = await platform.eventStore.readAll({ after: before, limit: 10 });
      return events.map(({ event }) => (event.type === 'ClosingRequested' ? event.data : event.type));
    });

  beforeAll(async () => {
    cluster = await startCluster?.();
  });
  beforeEach(() => {
    faults = [];
  });
  afterEach(() => expect(faults).toEqual([]));
  afterAll(async () => {
    await cluster?.stop();
    folder.remove();
  });

  it('finds nothing where nothing was ever recorded', async () => {
    expect(await requestedAt('2026-03-31T09:00:00Z')).toEqual([]);
  });

  it('leaves the months to the schedule that has not missed a time since the last event', async () => {
    await started('2026-03-31T12:00:00Z', ({ eventStore }) =>
      eventStore.append(contractStream('acme'), 'no-stream', [
        {
          origin: { commandId: 'open', correlationId: 'test', actor: 'test' },
          events: [
            {
              type: 'ContractOpened',
              data: { workspaceId: 'acme', firstMonth: '2026-01', enterprise: false, terms: TERMS, billTo: BILL_TO },
              occurredAt: Date.parse('2026-03-31T12:00:00Z'),
            },
          ],
        },
      ]),
    );
    expect(await requestedAt('2026-03-31T12:30:00Z')).toEqual([]);
  });

  it('closes what is due where the schedule has missed a time, once', async () => {
    expect(await requestedAt('2026-04-02T12:00:00Z')).toEqual([{ month: '2026-03', workspaceIds: ['acme'] }]);
    expect(await requestedAt('2026-04-02T12:30:00Z')).toEqual([]);
  });
});
