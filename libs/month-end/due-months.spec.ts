import { type ContractToClose, dueMonths } from './due-months';

const HOUR = 3600_000;
const OPTIONS = { grace: 2 * HOUR, adjustmentWindowMonths: 12 };
const BERLIN: ContractToClose = {
  workspaceId: 'W',
  firstMonth: '2025-01',
  lastMonth: null,
  timeZone: 'Europe/Berlin',
  lastClosed: null,
};

async function* all(contracts: readonly ContractToClose[]): AsyncGenerator<ContractToClose> {
  for (const contract of contracts) yield await Promise.resolve(contract);
}
const dueAt = async (time: string, contract: Partial<ContractToClose> = {}, options = OPTIONS) => {
  const due = await dueMonths(all([{ ...BERLIN, ...contract }]), Date.parse(time), options);
  return due.map(({ month }) => month);
};

describe('which months are due', () => {
  it.each([
    // Two hours after the month's end where the contract is, to the millisecond.
    ['winter time', 'Europe/Berlin', '2026-02-01T00:59:59.999Z', '2026-02-01T01:00:00.000Z', '2026-01'],
    [
      'the month that loses an hour',
      'Europe/Berlin',
      '2026-03-31T23:59:59.999Z',
      '2026-04-01T00:00:00.000Z',
      '2026-03',
    ],
    ['the month that gains one', 'Europe/Berlin', '2026-11-01T00:59:59.999Z', '2026-11-01T01:00:00.000Z', '2026-10'],
    ['the turn of the year', 'Europe/Berlin', '2027-01-01T00:59:59.999Z', '2027-01-01T01:00:00.000Z', '2026-12'],
    ['a leap year', 'Europe/Berlin', '2028-03-01T00:59:59.999Z', '2028-03-01T01:00:00.000Z', '2028-02'],
    ['UTC+14', 'Pacific/Kiritimati', '2026-03-31T11:59:59.999Z', '2026-03-31T12:00:00.000Z', '2026-03'],
    ['UTC-11', 'Pacific/Pago_Pago', '2026-04-01T12:59:59.999Z', '2026-04-01T13:00:00.000Z', '2026-03'],
    ['a zone of 45 minutes', 'Pacific/Chatham', '2026-03-31T12:14:59.999Z', '2026-03-31T12:15:00.000Z', '2026-03'],
    [
      'clocks that change in the grace',
      'America/Havana',
      '2026-11-01T05:59:59.999Z',
      '2026-11-01T06:00:00.000Z',
      '2026-10',
    ],
  ])('%s', async (_what, timeZone, before, after, month) => {
    const before2 = await dueAt(before, { timeZone });
    expect(before2.at(-1)! < month).toBe(true);
    expect(await dueAt(after, { timeZone })).toEqual([month]);
  });

  it('is none that is closed, not begun or not over', async () => {
    expect(await dueAt('2026-04-02T00:00:00Z', { lastClosed: '2026-03' })).toEqual([]);
    expect(await dueAt('2026-04-02T00:00:00Z', { lastClosed: '2026-02' })).toEqual(['2026-03']);
    expect(await dueAt('2026-04-02T00:00:00Z', { firstMonth: '2026-04' })).toEqual([]);
    expect(await dueAt('2026-04-02T00:00:00Z', { firstMonth: '2026-03' })).toEqual(['2026-03']);
  });

  it('is the latest one after three months without a process to look', async () => {
    expect(await dueAt('2026-07-01T12:00:00Z', { lastClosed: '2026-03' })).toEqual(['2026-06']);
  });

  it('waits as long as the grace says, also for more than a month', async () => {
    expect(await dueAt('2026-04-01T12:00:00Z', {}, { ...OPTIONS, grace: 0 })).toEqual(['2026-03']);
    expect(await dueAt('2026-04-01T12:00:00Z', {}, { ...OPTIONS, grace: 24 * HOUR })).toEqual(['2026-02']);
    expect(await dueAt('2026-04-10T12:00:00Z', {}, { ...OPTIONS, grace: 31 * 24 * HOUR })).toEqual(['2026-02']);
  });

  it('is one after the last only while late facts may change what was billed', async () => {
    const ended = { lastMonth: '2026-03', lastClosed: '2026-03' };
    expect(await dueAt('2026-05-02T00:00:00Z', ended)).toEqual(['2026-04']);
    expect(await dueAt('2027-04-02T00:00:00Z', ended)).toEqual(['2027-03']);
    expect(await dueAt('2027-05-02T00:00:00Z', ended)).toEqual([]);
    // What was never closed is caught up however late.
    expect(await dueAt('2029-05-02T00:00:00Z', { ...ended, lastClosed: '2026-02' })).toEqual(['2029-04']);
  });

  it('comes oldest first, and no run names too many workspaces', async () => {
    const at = Date.parse('2026-03-31T23:00:00Z');
    const many = Array.from({ length: 5001 }, (_, index) => ({ ...BERLIN, workspaceId: `B${index}` }));
    const due = await dueMonths(
      all([{ ...BERLIN, workspaceId: 'K', timeZone: 'Pacific/Kiritimati' }, ...many]),
      at,
      OPTIONS,
    );
    expect(due.map(({ month, workspaceIds }) => [month, workspaceIds.length])).toEqual([
      ['2026-02', 5000],
      ['2026-02', 1],
      ['2026-03', 1],
    ]);
  });
});
