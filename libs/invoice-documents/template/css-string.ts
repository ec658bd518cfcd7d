/**
 * A CSS string of any text, safe inside `<style>`: HTML escaping would be wrong there. All but
 * plain letters, digits and a few signs are written as CSS escapes, so nothing can end the string
 * or the element. Line breaks stay line breaks under `white-space: pre-line`.
 */
export function cssString(text: string): string {
  const escaped = [...text.toWellFormed()].map((char) => {
    if (/[A-Za-z0-9 .,:-]/.test(char)) return char;
    // NUL and other control characters have no place in a printed text.
    if (char !== '\n' && /\p{Cc}/u.test(char)) return ' ';
    return `\\${(char.codePointAt(0) ?? 0).toString(16)} `;
  });
  return `"${escaped.join('')}"`;
}
