/** How deep objects and lists of a request may be nested; what the API takes is nested less than ten deep. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * What is wrong with JSON that is nested deeper than anything the API takes: whatever walks it
 * would overflow the stack. Undefined for what may be parsed.
 */
export const nestingFault = (text: string): string | undefined =>
  isNestedDeeper(text, MAX_DEPTH) ? `must not be nested more than ${MAX_DEPTH} deep` : undefined;

function isNestedDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length && depth <= limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isInText = !isInText;
    else if (isInText) at += code === BACKSLASH ? 1 : 0;
    else if (OPENING.has(code)) depth += 1;
    else if (CLOSING.has(code)) depth -= 1;
  }
  return depth > limit;
}
