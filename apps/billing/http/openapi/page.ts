import { type Json, type JsonObject } from './schema-printer';

/** The page's whole style; its hash is what the content security policy lets in. */
export const STYLE = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:#0a66c2}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:64rem;padding:1.5rem}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
h3{font:600 1rem/1.4 ui-monospace,monospace;margin:0;display:inline;overflow-wrap:anywhere}
nav{columns:18rem;margin:1rem 0}nav a{display:block}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
details{border:1px solid var(--line);border-radius:.4rem;margin:.5rem 0;padding:.5rem .8rem}
summary{cursor:pointer}summary span{opacity:.75}
pre{background:var(--soft);padding:.6rem;border-radius:.3rem;overflow:auto;font-size:.85rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{border-top:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top}
code{font-family:ui-monospace,monospace}
`;

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
/** Text in which `this` is code. */
const prose = (text: string): string => escape(text).replace(/`([^`]*)`/g, '<code>$1</code>');

const object = (value: Json | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** The API's description as one page that needs nothing else: no script, no font, no picture. */
export function docsPage(document: JsonObject): string {
  const info = object(document['info']);
  const components = object(document['components']);
  const operations = Object.entries(object(document['paths'])).flatMap(([path, methods]) =>
    Object.entries(object(methods)).map(([method, operation]) => ({ path, method, operation: object(operation) })),
  );
  const sections = list(document['tags']).map((tag) => {
    const name = text(object(tag)['name']);
    const own = operations.filter(({ operation }) => list(operation['tags'])[0] === name);
    return `<h2 id="${escape(name)}">${escape(name)}</h2>${own.map((one) => operationSection(one, components)).join('')}`;
  });
  const schemas = Object.entries(object(components['schemas'])).map(
    ([name, schema]) =>
      `<details id="${escape(name)}"><summary><h3>${escape(name)}</h3> <span>${prose(text(object(schema)['description']))}</span></summary><pre>${shape(schema)}</pre></details>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(text(info['title']))} API</title><style>${STYLE}</style></head>
<body><h1>${escape(text(info['title']))} API ${escape(text(info['version']))}</h1>
<p>${prose(text(info['description']))} For programs: <a href="openapi.json">openapi.json</a>.</p>
<nav>${list(document['tags'])
    .map((tag) => text(object(tag)['name']))
    .concat('Schemas')
    .map((name) => `<a href="#${escape(name)}">${escape(name)}</a>`)
    .join('')}</nav>
${sections.join('\n')}
<h2 id="Schemas">Schemas</h2>${schemas.join('\n')}
</body></html>
`;
}

function operationSection(
  { path, method, operation }: { path: string; method: string; operation: JsonObject },
  components: JsonObject,
): string {
  const parameters = list(operation['parameters']).map((given) => resolved(given, components));
  const rows = parameters.map((parameter) => {
    const needed = parameter['required'] === true ? '' : '?';
    return `<tr><td><code>${escape(text(parameter['name']))}${needed}</code></td><td>${escape(text(parameter['in']))}</td><td><code>${shape(parameter['schema'])}</code></td><td>${prose(text(parameter['description']))}</td></tr>`;
  });
  const responses = Object.entries(object(operation['responses'])).map(([status, given]) => {
    const response = resolved(given, components);
    const bodies = status < '400' ? contents(response) : '';
    const headers = Object.entries(object(response['headers'])).map(
      ([name, header]) => `<br><code>${escape(name)}</code>: ${prose(text(object(header)['description']))}`,
    );
    const paragraphs = text(response['description']).split('\n\n').map(prose).join('<br>');
    return `<tr><td><code>${escape(status)}</code></td><td>${paragraphs}${headers.join('')}${bodies}</td></tr>`;
  });
  const body =
    operation['requestBody'] === undefined ? '' : `<h4>Body</h4>${contents(object(operation['requestBody']))}`;
  return `<details id="${escape(text(operation['operationId']))}"><summary><h3>${method.toUpperCase()} ${escape(path)}</h3> <span>${prose(text(operation['summary']))}</span></summary>
<p>${prose(text(operation['description']))}</p>
${rows.length === 0 ? '' : `<table>${rows.join('')}</table>`}${body}
<h4>Answers</h4><table>${responses.join('')}</table></details>
`;
}

const contents = (holder: JsonObject): string =>
  Object.entries(object(holder['content']))
    .map(([type, media]) => `<p><code>${escape(type)}</code></p><pre>${shape(object(media)['schema'])}</pre>`)
    .join('');

function resolved(given: Json, components: JsonObject): JsonObject {
  const [, kind, name] = /^#\/components\/(\w+)\/(\w+)$/.exec(text(object(given)['$ref'])) ?? [];
  if (kind === undefined || name === undefined) return object(given);
  return object(object(components[kind])[name]);
}

/** A schema in the notation of TypeScript, with links to named ones. */
function shape(given: Json | undefined, indent = ''): string {
  const schema = object(given);
  const [, name] = /([^/]+)$/.exec(text(schema['$ref'])) ?? [];
  if (name !== undefined) return `<a href="#${escape(name)}">${escape(name)}</a>`;
  if (schema['const'] !== undefined) return escape(JSON.stringify(schema['const']));
  const values = list(schema['enum']);
  if (values.length > 0) return values.map((value) => escape(JSON.stringify(value))).join(' | ');
  for (const [key, joint] of [
    ['anyOf', ' | '],
    ['oneOf', ' | '],
    ['allOf', ' &amp; '],
  ] as const) {
    const parts = list(schema[key]);
    if (parts.length > 0) return parts.map((part) => shape(part, indent)).join(joint);
  }
  if (schema['type'] === 'array') return `[${shape(schema['items'], indent)}, …]`;
  if (schema['properties'] !== undefined) return objectShape(schema, indent);
  return escape([text(schema['type']) || 'any', ...limits(schema)].join(' '));
}

function objectShape(schema: JsonObject, indent: string): string {
  const required = list(schema['required']);
  const inner = `${indent}  `;
  const lines = Object.entries(object(schema['properties'])).map(([name, property]) => {
    const description = text(object(property)['description']);
    const note = description === '' ? '' : `  // ${escape(description)}`;
    return `${inner}${escape(name)}${required.includes(name) ? '' : '?'}: ${shape(property, inner)}${note}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

const LIMITS = ['format', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'default'];
const limits = (schema: JsonObject): string[] =>
  LIMITS.flatMap((limit) => (schema[limit] === undefined ? [] : [`${limit} ${JSON.stringify(schema[limit])}`]));
