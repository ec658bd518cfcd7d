/** Coarse address, fine address, and two check digits: `04011000-1234512345-06`. */
const FORM = /^\d{2,12}(-[0-9A-Z]{1,30})?-\d{2}$/i;

/** Whether a text is meant as a Leitweg-ID, right or wrong. */
export const looksLikeLeitwegId = (text: string): boolean => FORM.test(text);

/** Whether a text is a Leitweg-ID: its form, and its check digits by ISO 7064, MOD 97-10. */
export function isLeitwegId(text: string): boolean {
  if (!looksLikeLeitwegId(text)) return false;
  const digits = [...text.replaceAll('-', '')].map((sign) => Number.parseInt(sign, 36)).join('');
  return BigInt(digits) % 97n === 1n;
}
