import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { openExchangeRates } from './exchange-rates-file';
import { ConfigurationFileError } from './faults';

describe('the file of exchange rates', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seatledger-rates-'));
  const file = path.join(folder, 'rates.json');
  const rate = { month: '2026-03', currency: 'CHF', perEuro: '0.9374', source: 'BMF' };
  const write = (content: unknown): void =>
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is none where none is named', () =>
    expect(openExchangeRates(undefined)().find('2026-03', 'CHF')).toBeUndefined());

  it('is read again when it changes, and keeps its rates while it is broken', () => {
    write([rate]);
    const failures: unknown[] = [];
    const rates = openExchangeRates(file, (error) => failures.push(error));
    const found = (month: string) => rates().find(month, 'CHF')?.perEuro;
    expect(rates().get('2026-03', 'CHF')).toEqual(rate);
    expect(() => rates().get('2026-04', 'CHF')).toThrow(
      'rate-missing: EXCHANGE_RATES_FILE has no rate of CHF for 2026-04.',
    );
    write([rate, { ...rate, month: '2026-04' }]);
    expect(found('2026-04')).toBe('0.9374');
    write('[');
    expect([found('2026-04'), found('2026-03')]).toEqual(['0.9374', '0.9374']);
    expect(failures).toHaveLength(1);
    rmSync(file);
    expect(found('2026-03')).toBe('0.9374');
    write([]);
    expect(found('2026-03')).toBeUndefined();
  });

  it.each([
    ['no JSON', '{', /is not JSON/],
    ['no list', {}, /: must be a list$/],
    ['something else in it', ['x'], /: \[0\]\.month must be a month/],
    ['a comma', [{ ...rate, perEuro: '0,93' }], /: \[0\]\.perEuro must be a text with a point such as "0.9374"$/],
    ['a number', [rate, { ...rate, month: '2026-04', perEuro: 0.93 }], /: \[1\]\.perEuro must be a text with a point/],
    ['a rate of nothing', [{ ...rate, perEuro: '0.00' }], /\[0\]\.perEuro must be a text/],
    ['no month', [{ ...rate, month: '2026-13' }], /\[0\]\.month must be a month such as "2026-03"/],
    ['no source', [{ ...rate, source: undefined }], /\[0\]\.source must say where/],
    ['a field that is not known', [{ ...rate, note: 'x' }], /\[0\]\.note is not a known field/],
    ['a currency that there is not', [{ ...rate, currency: 'DEM' }], /\[0\]\.currency must be a currency of ISO 4217/],
    ['a rate of the euro', [{ ...rate, currency: 'EUR' }], /\[0\]\.currency must be .* other than the euro/],
    ['two rates', [rate, rate], /there are two rates of CHF for 2026-03/],
  ])('with %s is refused at the start', (_what, content, message) => {
    write(content);
    expect(() => openExchangeRates(file)).toThrow(ConfigurationFileError);
    expect(() => openExchangeRates(file)).toThrow(message);
  });
});
