/** Where the renderer says what it does. */
export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export const SILENT: Log = { info: () => undefined, warn: () => undefined };
