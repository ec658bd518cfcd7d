/**
 * JSON with one spelling for every value (RFC 8785: keys in code-unit order, no white space), so
 * that a hash over it does not depend on which store held it or who wrote it.
 * @throws {TypeError} for what JSON does not know, such as undefined or NaN
 */
export function canonicalJson(value: unknown): string {
  return isInOrder(value) ? JSON.stringify(value) : spelled(value);
}

/** Whether JSON.stringify spells it just so, which is several times quicker. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isInOrder);
  if (typeof value !== 'object') return false;
  let before = '';
  for (const key in value) {
    // Keys such as '10' are enumerated first and by number, which is not their order as text.
    if (key <= before || (key >= '0' && key < ':')) return false;
    before = key;
    if (!isInOrder((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}

function spelled(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`not a JSON number: ${value}`);
    return JSON.stringify(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`not a JSON value: ${typeof value}`);
  let text = '{';
  for (const key of inOrder(Object.keys(value))) {
    const inner = (value as Record<string, unknown>)[key];
    if (inner === undefined) continue;
    text += `${text === '{' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(inner)}`;
  }
  return `${text}}`;
}

/** Sorts in place; most objects have few keys, for which this is several times quicker than `sort`. */
function inOrder(keys: string[]): string[] {
  if (keys.length > 16) return keys.sort();
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i] ?? '';
    let at = i;
    for (let before = keys[at - 1]; at > 0 && before !== undefined && before > key; before = keys[at - 1]) {
      keys[at] = before;
      at -= 1;
    }
    keys[at] = key;
  }
  return keys;
}
