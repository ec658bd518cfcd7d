/** A text as it is searched and sorted by: without case and accents. */
export const fold = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');

/** `1.190,00` and `1,190.00` are `1190,00` and `1190.00`; what is no amount stays as it is. */
export function withoutGrouping(text: string): string {
  const [, whole, fraction = ''] = /^(-?\d{1,3}(?:[.,' ]\d{3})+)([.,]\d{1,2})?$/.exec(text.trim()) ?? [];
  return whole === undefined ? text : `${whole.replaceAll(/[.,' ]/g, '')}${fraction}`;
}
