/** MongoDB cannot be reached, or cannot be used as it is set up: the message says what to do. */
export class MongoUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MongoUnavailable';
  }
}

/** Whether a unique index refused a write. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof Error && error.name === 'MongoServerError' && 'code' in error && error.code === 11000;
