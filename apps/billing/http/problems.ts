import { MongoUnavailable } from '@seatledger/mongodb';
import { AppendTooLarge, EventStoreUnavailable, RevisionConflict } from '@seatledger/event-store';
import { DomainError, type DomainErrorKind } from '@seatledger/domain';
import { ReadModelLagging } from '@seatledger/projections';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';

import { type Fault, InvalidRequest } from './validation';

/** The path is known, but not with this method. */
export class MethodNotAllowed extends Error {
  constructor(readonly allowed: readonly string[]) {
    super('method not allowed');
    this.name = 'MethodNotAllowed';
  }
}

/** A key, or an address without one, sent more than it may. */
export class TooManyRequests extends Error {
  readonly statusCode = 429;
  constructor(readonly seconds: number) {
    super('too many requests');
    this.name = 'TooManyRequests';
  }
}

/** A problem answer (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly Fault[];
}

const STATUS: Record<DomainErrorKind, number> = {
  invalid: 400,
  'not-found': 404,
  conflict: 409,
  'rule-violated': 422,
};

const TITLES: Record<number, string> = {
  400: 'The request is not valid',
  401: 'Not authenticated',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Timed out',
  409: 'In conflict with the current state',
  413: 'Too large',
  414: 'Path too long',
  415: 'Unsupported content type',
  422: 'Against a rule',
  429: 'Too many requests',
  431: 'Header too large',
  500: 'An unexpected error',
  503: 'Not ready',
};

const CODES: Record<number, string> = {
  400: 'invalid-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'too-large',
  414: 'path-too-long',
  415: 'unsupported-content-type',
  429: 'too-many-requests',
  431: 'header-too-large',
};

const problem = (status: number, code: string, detail: string, errors?: readonly Fault[]): ProblemBody => ({
  type: `urn:problem:${code}`,
  title: TITLES[status] ?? 'Error',
  status,
  detail,
  code,
  ...(errors === undefined ? {} : { errors }),
});

/** What an error says to the caller; undefined when it is not the caller's concern. */
function knownProblem(error: unknown): ProblemBody | undefined {
  if (error instanceof DomainError) return problem(STATUS[error.kind], error.code, error.detail);
  if (error instanceof InvalidRequest) {
    return problem(400, 'invalid-request', error.detail, error.faults);
  }
  if (error instanceof RevisionConflict) {
    return problem(409, 'concurrent-change', 'Others changed the same subject; try again.');
  }
  if (error instanceof ReadModelLagging) {
    return problem(503, 'not-ready', 'The reads do not reflect that revision yet; try again.');
  }
  if (error instanceof AppendTooLarge) {
    return problem(413, 'too-large', 'The change is more than the event store takes at once; ask for less of it.');
  }
  if (error instanceof EventStoreUnavailable) {
    return problem(503, 'not-ready', 'The event store cannot be reached; try again.');
  }
  if (error instanceof MethodNotAllowed) {
    return problem(405, 'method-not-allowed', `This path takes ${error.allowed.join(', ')}.`);
  }
  if (error instanceof MongoUnavailable) {
    return problem(503, 'not-ready', 'The read store cannot be reached; try again.');
  }
  const status = statusOf(error);
  if (status === undefined || status >= 500) return undefined;
  const detail: Record<number, string> = {
    400: malformedBy((error as { code?: unknown }).code),
    401: 'A valid API key is needed.',
    403: 'The API key has not the role for this.',
    404: 'There is nothing at this path.',
    408: 'The request did not come in time.',
    413: 'The request body is too large.',
    414: 'A part of the path is too long.',
    415: 'The body must be application/json, not compressed.',
    429: 'Too many requests; slow down.',
    431: 'The request header is too large.',
  };
  return problem(status, CODES[status] ?? 'invalid-request', detail[status] ?? 'The request cannot be carried out.');
}

/** Which part of a request cannot be read, by the framework's own code. */
function malformedBy(code: unknown): string {
  if (code === 'FST_ERR_BAD_URL') return 'The path of the request is malformed.';
  if (typeof code !== 'string') return 'The request cannot be read.';
  if (code.startsWith('HPE_')) return 'The header of the request is malformed.';
  return code.startsWith('FST_ERR_CTP_') ? 'The body of the request is malformed.' : 'The request cannot be read.';
}

/** The status that the framework gave an error. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}

/** The problem for any error; unexpected ones tell nothing of their inside. */
export function problemOf(error: unknown): ProblemBody {
  return knownProblem(error) ?? problem(500, 'internal-error', 'Something went wrong here; the log tells more.');
}

/** Answers every error as a problem, and logs those that are ours. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    const body = problemOf(error);
    if (body.status === 500) request.log.error({ err: error }, 'a request failed');
    if (reply.sent || reply.raw.headersSent) {
      // An answer that cannot go on is not left half said.
      if (!reply.raw.writableEnded) request.raw.socket.destroy();
      return;
    }
    if (body.status === 503) void reply.header('retry-after', '1');
    if (error instanceof TooManyRequests) void reply.header('retry-after', String(error.seconds));
    if (error instanceof MethodNotAllowed) void reply.header('allow', error.allowed.join(', '));
    // Who is still sending reads no answer from a connection that is closed on them: the rest is skipped.
    if (body.status === 413) reply.removeHeader('connection');
    if (body.status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.status(body.status).type('application/problem+json').send(JSON.stringify(body));
  }
}

/** The whole answer to what is not HTTP, or did not come in time. */
export function rawProblem({ code }: NodeJS.ErrnoException): string {
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const body = JSON.stringify(problemOf({ statusCode: status, code }));
  return [
    `HTTP/1.1 ${status} ${TITLES[status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
