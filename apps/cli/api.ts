import { CliError } from './cli-error';

/** A call was answered with a problem. */
export class ApiProblem extends CliError {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** The service went away in the middle of an answer. */
export class Aborted extends CliError {}

/** A client of the public API, as any other program would be one. */
export class Api {
  constructor(
    readonly baseUrl: string,
    private readonly keys: Partial<Record<string, string>>,
  ) {}

  async call<Answer>(
    role: string,
    method: string,
    path: string,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<Answer> {
    const response = await this.fetch(role, path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await this.text(response);
    if (!response.ok) throw this.problemOf(role, response.status, text);
    try {
      return JSON.parse(text) as Answer;
    } catch {
      throw new CliError(`What answers at ${this.baseUrl} is not this service.`);
    }
  }

  /** A file, as it is. */
  async download(role: string, path: string): Promise<Uint8Array> {
    const response = await this.fetch(role, path, { method: 'GET' });
    const bytes = await this.whole(response);
    if (!response.ok) throw this.problemOf(role, response.status, Buffer.from(bytes).toString('utf8'));
    return bytes;
  }

  /** Sends lines and hands each line of the answer on as it comes. @throws {Aborted} when the answer has no end */
  async stream(
    role: string,
    path: string,
    body: AsyncIterable<Uint8Array>,
    onLine: (line: string) => void,
  ): Promise<void> {
    const response = await this.fetch(role, path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      // A stream as a body is sent while the answer is already read.
      body: body,
      duplex: 'half',
    });
    if (!response.ok || response.body === null) {
      const text = await this.text(response);
      throw this.problemOf(role, response.status, text);
    }
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of this.answered(response.body)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    }
    if (rest !== '') onLine(rest);
  }

  private async whole(response: Response): Promise<Uint8Array> {
    try {
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw this.brokenOff(error);
    }
  }

  private async text(response: Response): Promise<string> {
    return Buffer.from(await this.whole(response)).toString('utf8');
  }

  private async *answered(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      throw this.brokenOff(error);
    }
  }

  private brokenOff(error: unknown): Aborted {
    return new Aborted(`${this.baseUrl} ended its answer early${causeOf(error)}`);
  }

  private problemOf(role: string, status: number, text: string): ApiProblem {
    const problem = readProblem(status, text);
    if (status !== 401) return problem;
    const detail =
      this.keys[role] === undefined
        ? 'No API key was given; name one with --key, or set BILLING_API_KEYS as for the service.'
        : 'The service does not know this API key.';
    return new ApiProblem(status, problem.code, detail);
  }

  private async fetch(role: string, path: string, init: RequestInit): Promise<Response> {
    const key = this.keys[role];
    try {
      return await fetch(`${this.baseUrl}${path}`, {
        ...init,
        headers: { ...init.headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      });
    } catch (error) {
      throw new CliError(`No answer from ${this.baseUrl}${causeOf(error)}; does the service run?`);
    }
  }
}

/** Why a connection failed, as a part of a sentence. */
const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error && error.cause.message !== ''
    ? ` (${error.cause.message})`
    : '';

function readProblem(status: number, text: string): ApiProblem {
  try {
    const {
      code,
      detail,
      errors = [],
    } = JSON.parse(text) as {
      code: string;
      detail: string;
      errors?: { path: string; message: string }[];
    };
    const faults = errors.map(({ path, message }) => `${path} ${message}`.trim()).join('; ');
    return new ApiProblem(status, code, faults === '' ? detail : `${detail} (${faults})`);
  } catch {
    return new ApiProblem(status, 'http-error', `HTTP ${status}`);
  }
}

/** Where the service is and with which keys, from options or the environment. */
export function apiFromEnvironment(options: { url?: string; key?: string }): Api {
  const host = process.env['HOST'] ?? '127.0.0.1';
  const url = options.url ?? process.env['SEATLEDGER_URL'] ?? `http://${host}:${process.env['PORT'] ?? '3000'}`;
  const keys: Record<string, string> = {};
  for (const entry of (process.env['BILLING_API_KEYS'] ?? '').split(',')) {
    const colon = entry.indexOf(':');
    if (colon > 0) keys[entry.slice(0, colon).trim()] ??= entry.slice(colon + 1).trim();
  }
  const { key } = options;
  if (key !== undefined) for (const role of ROLES) keys[role] = key;
  return new Api(url.replace(/\/$/, ''), keys);
}

const ROLES = ['product', 'accounting', 'scheduler', 'auditor'];
