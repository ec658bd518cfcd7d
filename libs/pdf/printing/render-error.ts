/**
 * Why a document was not printed.
 * - `failed`: the browser or the finishing thread failed, also a second time on a fresh one
 * - `too-slow`: printing or finishing took longer than the limit
 * - `too-large`: the HTML or the PDF is larger than the limit
 * - `overloaded`: too many documents wait already
 * - `no-glyph`: there is no font for one of its characters
 * - `closed`: the renderer is closed
 */
export type RenderFailure = 'failed' | 'too-slow' | 'too-large' | 'overloaded' | 'no-glyph' | 'closed';

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

export const closedError = (): RenderError => new RenderError('closed', 'The renderer is closed.');
