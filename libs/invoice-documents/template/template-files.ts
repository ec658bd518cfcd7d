import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { type Texts, type TextsByLanguage } from '../view/texts';
import { TemplateError } from './template-error';

const OWN_FOLDER = path.join(__dirname, '..', 'templates');

/** The files of which the invoice is made, read once. */
export interface TemplateFiles {
  /** Handlebars sources by name without `.hbs`: `invoice`, `partials/lines`, ... */
  readonly sources: ReadonlyMap<string, string>;
  readonly texts: TextsByLanguage;
  /** Changes with any byte of any file. */
  readonly version: string;
}

/**
 * Reads the templates: each file from the user's folder where it has one of that name, else our
 * own. The user's folder may also bring partials of its own.
 * @throws {TemplateError} the folder is missing, or a text file is broken or lacks a text
 */
export function readTemplateFiles(templateDir?: string): TemplateFiles {
  if (templateDir !== undefined && !(existsSync(templateDir) && statSync(templateDir).isDirectory())) {
    throw new TemplateError(templateDir, undefined, 'TEMPLATE_DIR is not a folder');
  }
  const folders = templateDir === undefined ? [OWN_FOLDER] : [OWN_FOLDER, templateDir];
  const files = new Map(folders.flatMap(listFiles));
  const hash = createHash('sha256');
  for (const name of [...files.keys()].sort()) hash.update(`${name}\0${files.get(name)?.content ?? ''}\0`);

  const sources = new Map<string, string>();
  for (const [name, { content }] of files) {
    if (name.endsWith('.hbs')) sources.set(name.slice(0, -'.hbs'.length), content);
  }
  const german = parseTexts(files.get('texts/de.json'));
  return {
    sources,
    texts: { de: german, en: parseTexts(files.get('texts/en.json')) },
    version: hash.digest('hex').slice(0, 12),
  };
}

interface TemplateFile {
  readonly file: string;
  readonly content: string;
}

function listFiles(folder: string): [string, TemplateFile][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(hbs|json)$/.test(name))
    .map((name) => {
      const file = path.join(folder, name);
      return [name.split(path.sep).join('/'), { file, content: readFileSync(file, 'utf8') }];
    });
}

function parseTexts(source: TemplateFile | undefined): Texts {
  if (source === undefined) throw new TemplateError('texts', undefined, 'there are no texts');
  let texts: unknown;
  try {
    texts = JSON.parse(source.content);
  } catch (error) {
    throw new TemplateError(source.file, undefined, `no JSON: ${String(error)}`, { cause: error });
  }
  const own = JSON.parse(readFileSync(path.join(OWN_FOLDER, 'texts', 'de.json'), 'utf8')) as Texts;
  const missing = firstMissing(own, texts, '');
  if (missing !== undefined) throw new TemplateError(source.file, undefined, `the text “${missing}” is missing`);
  return texts as Texts;
}

/** The path of the first text that the model has and the texts have not. */
function firstMissing(model: unknown, texts: unknown, at: string): string | undefined {
  if (typeof model !== 'object' || model === null) return typeof texts === 'string' ? undefined : at;
  if (typeof texts !== 'object' || texts === null) return at;
  for (const [key, value] of Object.entries(model)) {
    const missing = firstMissing(value, (texts as Record<string, unknown>)[key], at === '' ? key : `${at}.${key}`);
    if (missing !== undefined) return missing;
  }
  return undefined;
}
