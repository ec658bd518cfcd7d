import { BooksOnDisk } from '../audit/books-on-disk';
import { temporaryFolder } from '../support/service';

describe('cancelling an invoice', () => {
  const folder = temporaryFolder();
  let books: BooksOnDisk;

  beforeAll(async () => {
    books = await BooksOnDisk.open(folder.path);
  });
  afterAll(async () => {
    await books.stop();
    folder.remove();
  });

  const eventsOf = async (stream: string): Promise<string[]> =>
    (await books.eventStore.read(stream)).map(({ event }) => event.type);

  it('is done once, also when the step is done again after the month was billed anew', async () => {
    await books.begin('w', '2026-01');
    const number = (await books.at('2026-02-01T08:00:00Z').close('w', '2026-01'))!;
    await books.cancel(number, true);
    const once = ['MonthClosed', 'MonthBillCancelled', 'MonthRebilled'];
    expect(await eventsOf('month-w_2026-01')).toEqual(once);
    const numbers = await eventsOf('series-RE_2026');

    await books.repeatCancelling(number);
    expect(await eventsOf('month-w_2026-01')).toEqual(once);
    expect(await eventsOf('series-RE_2026')).toEqual(numbers);
  });
});
