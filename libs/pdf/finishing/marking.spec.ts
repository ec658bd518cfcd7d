import { markContent } from './marking';
import { MalformedPdf } from './pdf-values';

const PAGE = { readsMargins: false, height: 1123 };
const marked = (...lines: string[]): string => markContent(`${lines.join('\n')}\n`, PAGE).content;

const ELEMENT = ['/P <</MCID 0>>BDC', 'BT', '<0001> Tj', 'ET', 'EMC'];

describe('unmarked content', () => {
  it('may mark single characters, as Debian’s Chromium 156 does, and is an artifact as a whole', () => {
    const text = ['BT', '/ReversedChars BMC', '<0002> Tj', '/Span<</ActualText <FEFF202E> >> BDC', '<0003> Tj'];
    const rest = ['EMC', 'EMC', '<0004> Tj', 'ET'];
    expect(marked(...ELEMENT, ...text, ...rest)).toBe(
      `${[...ELEMENT, '/Artifact <</Type /Layout>>BDC', ...text, ...rest, 'EMC'].join('\n')}\n`,
    );
  });
  it('that shares a text object with an element is refused', () => {
    const overlapping = () => marked(...ELEMENT, 'BT', '/P <</MCID 1>>BDC', '<0002> Tj', 'EMC', '<0003> Tj', 'ET');
    expect(overlapping).toThrow(MalformedPdf);
  });
});
