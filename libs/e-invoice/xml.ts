/** A piece of XML that is written already; never text from outside. */
export type Xml = string & { readonly isXml: true };

type Attributes = Readonly<Record<string, string>>;

/** An element with text, which is escaped; nothing for an absent text. */
export function leaf(name: string, text: string | undefined, attributes?: Attributes): Xml {
  if (text === undefined) return NOTHING;
  return `<${name}${attributesOf(attributes)}>${escaped(text)}</${name}>` as Xml;
}

/** An element with elements in it; nothing without any. */
export function group(name: string, ...children: readonly Xml[]): Xml {
  const inside = children.join('');
  return inside === '' ? NOTHING : (`<${name}>${inside}</${name}>` as Xml);
}

/** Elements one after the other. */
export const sequence = (...parts: readonly Xml[]): Xml => parts.join('') as Xml;

/** The elements of a list, one after the other. */
export const each = <Item>(items: readonly Item[], write: (item: Item) => Xml): Xml => sequence(...items.map(write));

export const NOTHING = '' as Xml;

/** A whole document; `namespaces` by their prefix, the default one under an empty prefix. */
export function xmlDocument(root: string, namespaces: Attributes, ...children: readonly Xml[]): string {
  const declared = Object.fromEntries(
    Object.entries(namespaces).map(([prefix, uri]) => [prefix === '' ? 'xmlns' : `xmlns:${prefix}`, uri]),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attributesOf(declared)}>${children.join('')}</${root}>\n`;
}

function attributesOf(attributes: Attributes = {}): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML 1.0 cannot hold, not even as a reference: control characters and half surrogate pairs. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string): string =>
  text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
