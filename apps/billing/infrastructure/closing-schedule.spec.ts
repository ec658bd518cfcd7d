import { type INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { readConfiguration } from '@seatledger/configuration';
import { contractStream, EventStore } from '@seatledger/event-store';
import { pino } from 'pino';

import { termsWith } from '../../../libs/domain/testing';
import { TestCluster } from '../../../test/support/eventstoredb';
import { BILL_TO, temporaryFolder } from '../../../test/support/service';
import { commonModules } from '../app.module';
import { ClosingSchedule } from './closing-schedule';
import { MonthEndModule } from './month-end.module';
import { ReadModels } from './projections.module';

const TERMS = termsWith({ unitPriceMinor: 4900, delivery: ['download'] });

/** What a start finds to close; the process before it opened a contract and ended on 31 March at noon. */
describe.each([
  ['the embedded store', undefined],
  ['EventStoreDB', () => TestCluster.start()],
])('a start on %s', (_store, startCluster) => {
  const folder = temporaryFolder();
  let cluster: TestCluster | undefined;
  let faults: string[];

  async function started<Result>(at: string, act: (app: INestApplicationContext) => Promise<Result>): Promise<Result> {
    const config = readConfiguration({
      DATA_DIR: folder.path,
      CLOSING_CRON: '0 4 * * *',
      ...(cluster === undefined ? {} : { EVENT_STORE_URL: cluster.url }),
    });
    const log = pino({ level: 'error' }, { write: (line: string) => void faults.push(line) });
    const clock = () => Date.parse(at);
    const imports = [...commonModules({ config, log, clock }), MonthEndModule];
    // Not initialized: the schedule and the work that it leads to are not to start by themselves.
    const app = await Test.createTestingModule({ imports }).compile();
    for (const readModel of app.get(ReadModels, { strict: false }).all) await readModel.start();
    try {
      return await act(app);
    } finally {
      await app.close();
    }
  }
  const requestedAt = (at: string) =>
    started(at, async (app) => {
      const eventStore = app.get(EventStore, { strict: false });
      const before = await eventStore.storage.head();
      await app.get(ClosingSchedule, { strict: false }).catchUp();
      const { events } = await eventStore.readAll({ after: before, limit: 10 });
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
    await started('2026-03-31T12:00:00Z', (app) =>
      app.get(EventStore, { strict: false }).append(contractStream('acme'), 'no-stream', [
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
