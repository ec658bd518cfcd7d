/** MongoDB cannot be reached, or cannot be used as it is set up: the message says what to do. */
export class MongoUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MongoUnavailable';
  }
}

/** Whether a unique index refused a write. */
export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof Error && error.name === 'MongoServerError' && isDuplicate(error);

/** Whether unique indexes refused some of many writes, and nothing else went wrong. */
export const areDuplicateKeys = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === 'MongoBulkWriteError' &&
  'writeErrors' in error &&
  [error.writeErrors].flat().every((one) => typeof one === 'object' && one !== null && isDuplicate(one));

const isDuplicate = (error: object): boolean => 'code' in error && error.code === 11000;
