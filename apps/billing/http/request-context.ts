import { randomUUID } from 'node:crypto';
import { type IncomingMessage } from 'node:http';

import { Injectable } from '@nestjs/common';
import { type CommandContext } from '@seatledger/command-handling';
import { DomainError } from '@seatledger/domain';
import { canonicalJson } from '@seatledger/event-store';
import { PersonalData } from '@seatledger/personal-data';
import { LRUCache } from 'lru-cache';

import { type AuthenticatedRequest } from './authenticated-request';
import { InvalidRequest } from './validation';

/** Makes the context of commands out of requests, and keeps watch over idempotency keys. */
@Injectable()
export class RequestContexts {
  /**
   * Keys of all subjects seen lately, with the hash of their request. The history knows the keys
   * of each subject for good; this also notices one that is used for two subjects.
   */
  private readonly seen = new LRUCache<string, string>({ max: 200_000, ttl: 25 * 3600 * 1000 });

  constructor(private readonly personalData: PersonalData) {}

  /** @param content the whole of what is asked for, which a repeat must equal */
  of(request: AuthenticatedRequest, content: unknown): CommandContext {
    return this.make(request, this.keyOf(request), content);
  }

  /** The request's Idempotency-Key; for one command of many, a key of its own made of it. */
  keyOf({ headers }: AuthenticatedRequest, number?: number): string | undefined {
    const header = headers['idempotency-key'];
    if (header === undefined) return undefined;
    if (typeof header !== 'string' || header.length < 1 || header.length > 128) {
      throw new InvalidRequest([{ path: '/headers/idempotency-key', message: 'must have 1 to 128 characters' }]);
    }
    return number === undefined ? header : `${header}#${number}`;
  }

  /** @throws {DomainError} when the key was used for another request */
  make(request: AuthenticatedRequest, key: string | undefined, content: unknown): CommandContext {
    const actor = request.apiKey?.id ?? 'unknown';
    const correlationId = request.id;
    if (key === undefined) return { actor, correlationId };
    const hash = this.personalData.requestHash(canonicalJson(content));
    const role = request.apiKey?.role ?? '';
    const known = this.seen.get(`${role} ${key}`);
    if (known !== undefined && known !== hash) {
      throw new DomainError(
        'rule-violated',
        'idempotency-key-reused',
        'The Idempotency-Key was used for another request.',
      );
    }
    this.seen.set(`${role} ${key}`, hash);
    return { actor, correlationId, request: { key, hash } };
  }
}

/** A request's id: the caller's X-Correlation-Id when it is a plain one, else one of its own. */
export function correlationIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-correlation-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}
