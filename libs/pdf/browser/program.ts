/** A browser program that can be started. */
export interface BrowserProgram {
  readonly executable: string;
  /** Folder of the shared libraries that come with it. */
  readonly libraryPath?: string;
  /** Where it was found, for logs and for the record of what rendered a document. */
  readonly source: string;
}

/** No browser, or one that does not start. Its message says what to do about it. */
export class BrowserUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BrowserUnavailable';
  }
}
