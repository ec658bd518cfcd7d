import { type Write } from './port';

/** A batch's writes by collection and id: of several to one document the newest counts. */
export function newestWrites(writes: readonly Write[]): Map<string, Map<string, Write>> {
  const newest = new Map<string, Map<string, Write>>();
  for (const write of writes) {
    let ofCollection = newest.get(write.collection);
    if (ofCollection === undefined) newest.set(write.collection, (ofCollection = new Map<string, Write>()));
    const known = ofCollection.get(write.id);
    if (known === undefined || known.position <= write.position) ofCollection.set(write.id, write);
  }
  return newest;
}
