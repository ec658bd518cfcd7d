import { type WhatIf } from './what-if';

const BAR = 16;
const GROUP = 52;
const LEFT = 90;
const TOP = 56;
const HEIGHT = 240;
const BOTTOM = 48;
const AGREED = '#4b5563';
const OTHERWISE = '#d97706';

/**
 * Both costs of each month as bars beside each other: an SVG image that needs nothing besides
 * itself. `format` writes an amount, `titles` say what the two are.
 */
export function chartOf(
  { workspaceId, months }: WhatIf,
  format: (minor: number) => string,
  titles: { readonly agreed: string; readonly otherwise: string },
): string {
  const highest = niceCeiling(
    Math.max(1, ...months.flatMap(({ agreed, otherwise }) => [agreed.netMinor, otherwise.netMinor])),
  );
  const width = Math.max(LEFT + months.length * GROUP + 24, 420);
  const heightOf = (minor: number): number => (HEIGHT * Math.max(0, minor)) / highest;
  const base = TOP + HEIGHT;
  const bar = (x: number, minor: number, colour: string, what: string): string => {
    const height = round(heightOf(minor));
    return `<rect x="${x}" y="${round(base - height)}" width="${BAR}" height="${height}" fill="${colour}"><title>${escaped(what)}</title></rect>`;
  };
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const y = round(base - HEIGHT * part);
    return `<line x1="${LEFT}" x2="${width - 12}" y1="${y}" y2="${y}" stroke="#e5e7eb"/><text x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${escaped(format(highest * part))}</text>`;
  });
  const bars = months.map(({ month, agreed, otherwise }, index) => {
    const x = LEFT + index * GROUP + 8;
    return [
      bar(x, agreed.netMinor, AGREED, `${month}, ${titles.agreed}: ${format(agreed.netMinor)}`),
      bar(x + BAR + 2, otherwise.netMinor, OTHERWISE, `${month}, ${titles.otherwise}: ${format(otherwise.netMinor)}`),
      `<text x="${x + BAR + 1}" y="${base + 16}" text-anchor="middle">${month}</text>`,
    ].join('');
  });
  const legend = [
    { y: 18, colour: AGREED, title: titles.agreed },
    { y: 36, colour: OTHERWISE, title: titles.otherwise },
  ].map(
    ({ y, colour, title }) =>
      `<rect x="${LEFT}" y="${y - 9}" width="10" height="10" fill="${colour}"/><text x="${LEFT + 16}" y="${y}">${escaped(title)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${TOP + HEIGHT + BOTTOM}" role="img" font-family="sans-serif" font-size="10">`,
    `<title>${escaped(`${workspaceId}: net per month, ${titles.agreed} and ${titles.otherwise}`)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...grid,
    ...bars,
    ...legend,
    '</svg>\n',
  ].join('\n');
}

/** The next of 1, 2, 5, 10, 20, 50, ... */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5].find((step) => step * power >= value) ?? 10);
}

const round = (value: number): number => Math.round(value * 10) / 10;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
