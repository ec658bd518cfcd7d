import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Injectable } from '@nestjs/common';
import { DomainError } from '@seatledger/domain';
import { AppendTooLarge, EventStoreUnavailable, RevisionConflict } from '@seatledger/event-store';
import { MongoUnavailable } from '@seatledger/mongodb';
import { ReadModelLagging } from '@seatledger/projections';
import { type FastifyBaseLogger, type FastifyReply, type FastifyRequest } from 'fastify';

import { isProblemCode, PROBLEM_CODES, type ProblemCode } from './problem-codes';
import { PublicUrl } from './public-url';
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
export interface ProblemDetails {
  readonly type: string;
  /** The page about its code. */
  readonly help: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly Fault[];
}

/** The codes of what the framework refuses, by its status. */
const CODES: ReadonlyMap<number, ProblemCode> = new Map([
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [405, 'method-not-allowed'],
  [408, 'request-timeout'],
  [413, 'too-large'],
  [414, 'path-too-long'],
  [415, 'unsupported-content-type'],
  [429, 'too-many-requests'],
  [431, 'header-too-large'],
]);

const DETAILS: ReadonlyMap<number, string> = new Map([
  [401, 'A valid API key is needed.'],
  [403, 'The API key lacks the required role.'],
  [404, 'There is nothing at this path.'],
  [408, 'The request did not come in time.'],
  [413, 'The request body is too large.'],
  [414, 'A part of the path is too long.'],
  [415, 'The body must be application/json, not compressed.'],
  [429, 'Too many requests; slow down.'],
  [431, 'The request header is too large.'],
]);

/** What happened, without what all problems of its code say. */
interface Refusal {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly Fault[];
}

/** Makes problems of errors: each code leads to its page. */
@Injectable()
export class Problems {
  constructor(private readonly publicUrl: PublicUrl) {}

  /** The problem for any error; unexpected ones tell nothing of their inside. */
  of(error: unknown): ProblemDetails {
    const { code, detail, errors } = refusalOf(error) ?? UNEXPECTED;
    const { title, status } = PROBLEM_CODES[code];
    return {
      type: `urn:problem:${code}`,
      help: `${this.publicUrl.value}/docs/problems#${code}`,
      title,
      status,
      detail,
      code,
      ...(errors === undefined ? {} : { errors }),
    };
  }

  /** The problem of one command of many, whose answer says it: what is unexpected would be in no log otherwise. */
  ofOne(error: unknown, log: FastifyBaseLogger): ProblemDetails {
    const problem = this.of(error);
    if (problem.status === 500) log.error({ err: error }, 'a command failed');
    return problem;
  }
}

const UNEXPECTED: Refusal = { code: 'internal-error', detail: 'Something went wrong here; the log tells more.' };

/** What an error says to the caller; undefined when it is not the caller's concern. */
function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof DomainError) return ofDomain(error);
  if (error instanceof InvalidRequest) {
    return { code: 'invalid-request', detail: error.detail, errors: error.faults };
  }
  if (error instanceof RevisionConflict) {
    return { code: 'concurrent-change', detail: 'Others changed the same subject; try again.' };
  }
  if (error instanceof ReadModelLagging) {
    return { code: 'read-model-lagging', detail: 'The reads do not reflect that position yet; try again.' };
  }
  if (error instanceof AppendTooLarge) {
    return { code: 'too-large', detail: 'The change is more than the event store takes at once; ask for less of it.' };
  }
  if (error instanceof EventStoreUnavailable) {
    return { code: 'not-ready', detail: 'The event store cannot be reached; try again.' };
  }
  if (error instanceof MethodNotAllowed) {
    return { code: 'method-not-allowed', detail: `This path takes ${error.allowed.join(', ')}.` };
  }
  if (error instanceof MongoUnavailable) {
    return { code: 'not-ready', detail: 'The read store cannot be reached; try again.' };
  }
  const status = statusOf(error);
  if (status === undefined || status >= 500) return undefined;
  const detail = status === 400 ? malformedBy((error as { code?: unknown }).code) : DETAILS.get(status);
  return { code: CODES.get(status) ?? 'invalid-request', detail: detail ?? 'The request cannot be executed.' };
}

/** A code that is missing in the catalogue is a fault of ours, which a test finds. */
function ofDomain({ code, detail }: DomainError): Refusal | undefined {
  return isProblemCode(code) ? { code, detail } : undefined;
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

/** Answers every error as a problem, and logs those that are ours. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly problems: Problems) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    const body = this.problems.of(error);
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
export function rawProblem(problems: Problems, { code }: NodeJS.ErrnoException): string {
  const status = code === 'HPE_HEADER_OVERFLOW' ? 431 : code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const problem = problems.of({ statusCode: status, code });
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${status} ${problem.title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
