/**
 * Why a document was not printed.
 * - `failed`: the browser died or did not answer, also a second time on a fresh browser
 * - `too-slow`: printing took longer than the limit
 * - `too-large`: the HTML or the PDF is larger than the limit
 * - `overloaded`: too many documents wait already
 * - `closed`: the renderer is closed
 */
export type RenderFailure = 'failed' | 'too-slow' | 'too-large' | 'overloaded' | 'closed';

export class RenderError extends Error {
  constructor(
    readonly failure: RenderFailure,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RenderError';
  }
}
