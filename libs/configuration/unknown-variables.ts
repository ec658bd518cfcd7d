/** A variable that is probably one of ours, misspelt. */
export interface Misspelling {
  readonly given: string;
  readonly meant: string;
}

/** The variables that we do not know, but which are one edit away from one that we do. */
export function misspellings(given: readonly string[], known: readonly string[]): Misspelling[] {
  const names = new Set(known);
  return given
    .filter((name) => !names.has(name))
    .flatMap((name) => {
      const meant = known.find((candidate) => isOneEditAway(name, candidate));
      return meant === undefined ? [] : [{ given: name, meant }];
    });
}

/** One character more, less, or another one; or two neighbours the other way round. */
export function isOneEditAway(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (a[start] === b[start]) start += 1;
  const [restOfA, restOfB] = [a.slice(start), b.slice(start)];
  if (a.length > b.length) return restOfA.slice(1) === restOfB;
  if (a.length < b.length) return restOfA === restOfB.slice(1);
  return restOfA.slice(1) === restOfB.slice(1) || isSwapped(restOfA, restOfB);
}

const isSwapped = (a: string, b: string): boolean => a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
