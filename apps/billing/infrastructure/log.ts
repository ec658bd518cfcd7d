import { type LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';

/** The service's own log, by which Nest injects it. */
export const LOG = Symbol('log');

/** Structured logs on standard error: standard output is for what a user asked for. */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Whatever is logged by mistake: no keys, and no names or addresses.
      redact: ['*.authorization', '*.headers', '*.email', '*.name', 'req', 'res'],
      serializers: { err: errorWithoutData },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}

function errorWithoutData(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  return { type: name, message, stack };
}

/** Nest's own messages, in the same log; its start-up chatter only when asked for. */
export class NestLog implements LoggerService {
  constructor(private readonly log_: Logger) {}

  log(message: unknown): void {
    this.log_.debug(String(message));
  }
  /** What keeps a start from its end is thrown as well: told by the caller, once and in plain words. */
  error(message: unknown, ...details: unknown[]): void {
    if (details.at(-1) === 'ExceptionHandler') return;
    this.log_.error(String(message));
  }
  warn(message: unknown): void {
    this.log_.warn(String(message));
  }
}
