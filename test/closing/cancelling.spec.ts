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

  it('is done once, also when the step is done again after the month was billed again', async () => {
    await books.begin('w', '2026-01');
    const number = (await books.at('2026-02-01T08:00:00Z').close('w', '2026-01'))!;
    await books.cancel(number, true);
    const once = ['MonthClosed', 'BillCancelled', 'MonthRebilled'];
    expect(await eventsOf('billing-w')).toEqual(once);
    const numbers = await eventsOf('numbers-RE');

    await books.repeatCancelling(number);
    expect(await eventsOf('billing-w')).toEqual(once);
    expect(await eventsOf('numbers-RE')).toEqual(numbers);
  });
});
