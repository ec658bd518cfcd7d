/** The event store's contract on every EventStoreDB; on the embedded store it runs beside its code. */
import { eventStoreContract } from '../../libs/event-store/testing';
import { EVENT_STORE_DBS } from './stores';

for (const { name, missing, open } of EVENT_STORE_DBS) {
  if (missing === undefined) eventStoreContract(name, open);
  else describe.skip(`${name}: set ${missing} to run it`, () => eventStoreContract(name, open));
}
