import { ledgerSuite } from './event-store-suite';
import { EMBEDDED, EVENT_STORE_DBS } from './stores';

for (const { name, missing, open } of [EMBEDDED, ...EVENT_STORE_DBS]) {
  if (missing === undefined) ledgerSuite(name, open);
  else describe.skip(`${name}: set ${missing} to run it`, () => ledgerSuite(name, open));
}
