/** A template or text file that cannot be used. Its message names the file and the place. */
export class TemplateError extends Error {
  constructor(
    readonly file: string,
    readonly place: { readonly line: number; readonly column: number } | undefined,
    problem: string,
    options?: ErrorOptions,
  ) {
    const where = place === undefined ? '' : `, line ${place.line}, column ${place.column}`;
    super(`Template ${file}${where}: ${problem}`, options);
    this.name = 'TemplateError';
  }
}
