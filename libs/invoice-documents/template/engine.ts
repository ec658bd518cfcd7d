import Handlebars from 'handlebars';

import { cssString } from './css-string';
import { TemplateError } from './template-error';

/** Turns a view into HTML. */
export type Template = (view: object) => string;

const HELPERS = {
  cssString: (text: unknown) => new Handlebars.SafeString(cssString(typeof text === 'string' ? text : '')),
  unbroken: (text: unknown) => new Handlebars.SafeString(unbroken(typeof text === 'string' ? text : '')),
};

/** Numbers such as `RE-2026-000003` or `2026-03`: a browser would break them at their hyphens. */
const NUMBER = /[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*-\p{N}[\p{L}\p{N}]*(?:-[\p{L}\p{N}]+)*/gu;
/** What is longer may not fit on a line, and must not run off the page. */
const MAX_UNBROKEN = 30;

/** Text as HTML in which numbers are not broken. */
function unbroken(text: string): string {
  let html = '';
  let from = 0;
  for (const { 0: number, index } of text.matchAll(NUMBER)) {
    if (number.length > MAX_UNBROKEN) continue;
    html += `${Handlebars.escapeExpression(text.slice(from, index))}<span class="unbroken">${number}</span>`;
    from = index + number.length;
  }
  return html + Handlebars.escapeExpression(text.slice(from));
}

const OPTIONS = {
  // A name that the view does not have is an error, not an empty place on an invoice.
  strict: true,
  preventIndent: true,
  knownHelpersOnly: true,
  knownHelpers: { cssString: true, unbroken: true },
} as const;

/**
 * Compiles the template `invoice` with its partials. Templates reach only the view's own values:
 * no prototypes, no helper but Handlebars' own, `cssString` and `unbroken`, nothing unescaped.
 * @throws {TemplateError} a template is not valid, or would write something unescaped
 */
export function compileTemplates(sources: ReadonlyMap<string, string>): Template {
  const handlebars = Handlebars.create();
  handlebars.registerHelper(HELPERS);
  for (const [name, source] of sources) {
    checkEscaping(name, source);
    const compiled = handlebars.compile(source, OPTIONS);
    handlebars.registerPartial(name, namingErrors(name, compiled));
  }
  const invoice = handlebars.partials['invoice'] as Handlebars.TemplateDelegate | undefined;
  if (invoice === undefined) throw new TemplateError('invoice.hbs', undefined, 'does not exist');
  return (view) => invoice(view);
}

/** Says in which file a template failed: Handlebars itself knows only the line. */
function namingErrors(name: string, compiled: Handlebars.TemplateDelegate): Handlebars.TemplateDelegate {
  return (context: unknown, options?: Handlebars.RuntimeOptions) => {
    try {
      return compiled(context, options);
    } catch (error) {
      if (error instanceof TemplateError) throw error;
      throw templateError(name, error);
    }
  };
}

function templateError(name: string, error: unknown): TemplateError {
  const message = error instanceof Error ? error.message : String(error);
  const parse = /^Parse error on line (\d+):/.exec(message);
  const at = / - (\d+):(\d+)$/.exec(message);
  const place =
    at !== null
      ? { line: Number(at[1]), column: Number(at[2]) + 1 }
      : parse !== null
        ? { line: Number(parse[1]), column: 1 }
        : undefined;
  const unknown = /^"(.+)" not defined in /.exec(message)?.[1];
  const problem = unknown === undefined ? message.replace(/ - \d+:\d+$/, '') : `the view has no “${unknown}”`;
  return new TemplateError(`${name}.hbs`, place, problem, { cause: error });
}

/** Refuses `{{{value}}}` and `{{&value}}`, and inside `<style>` everything but `{{cssString}}`. */
function checkEscaping(name: string, source: string): void {
  let program: hbs.AST.Program;
  try {
    program = Handlebars.parse(source);
  } catch (error) {
    throw templateError(name, error);
  }
  const isStyle = name.endsWith('.css');
  const visitor = new Handlebars.Visitor();
  visitor.MustacheStatement = (statement: hbs.AST.MustacheStatement) => {
    const place = { line: statement.loc.start.line, column: statement.loc.start.column + 1 };
    if (!statement.escaped) {
      throw new TemplateError(`${name}.hbs`, place, 'a value must be escaped: write {{value}}');
    }
    const { path } = statement;
    const helper = path.type === 'PathExpression' ? (path as hbs.AST.PathExpression).original : '';
    if (isStyle && helper !== 'cssString') {
      throw new TemplateError(`${name}.hbs`, place, 'in a style sheet a value must be written {{cssString value}}');
    }
    if (helper === 'cssString' && !isStyle) {
      throw new TemplateError(`${name}.hbs`, place, '{{cssString value}} belongs into a style sheet (*.css.hbs)');
    }
  };
  visitor.accept(program);
}
