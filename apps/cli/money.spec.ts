import { money } from './money';

it.each([
  [123456, 'EUR', '€1,234.56'],
  [-5, 'EUR', '-€0.05'],
  [1234, 'JPY', '¥1,234'],
  // Intl alone takes these for whole pounds and kip.
  [123456, 'LBP', 'LBP 1,234.56'],
  [123456, 'LAK', 'LAK 1,234.56'],
])('%i minor units of %s are %s', (minor, currency, written) =>
  expect(money(minor, currency).replaceAll('\u00a0', ' ')).toBe(written),
);
