import { type FindOptions, type ReadStore } from '@seatledger/read-store';

import { type Projection } from './runner';

const PAGE = 1000;

/** Where two builds of a read model differ by their counts and totals: a line each, empty when nowhere. */
export async function differences(projection: Projection, before: ReadStore, after: ReadStore): Promise<string[]> {
  const found: string[] = [];
  const [old, now] = [await figures(projection, before), await figures(projection, after)];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(name) ?? 0, now.get(name) ?? 0];
    if (was !== is) found.push(`${name}: ${was} before, ${is} now`);
  }
  return found;
}

async function figures({ collections, totals = {} }: Projection, store: ReadStore): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const { name } of collections) {
    found.set(`${name}, documents`, await store.count(name, {}));
    const of = totals[name];
    if (of === undefined) continue;
    for (let after: FindOptions['after']; ;) {
      const page = await store.find(name, { where: {}, limit: PAGE, ...(after === undefined ? {} : { after }) });
      for (const { document } of page) {
        for (const [total, amount] of Object.entries(of(document))) {
          const key = `${name}, sum of ${total}`;
          found.set(key, (found.get(key) ?? 0) + amount);
        }
      }
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) break;
      after = { values: [], id: last.id };
    }
  }
  return found;
}
