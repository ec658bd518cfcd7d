import { type FastifyRequest } from 'fastify';

import { type ApiKey } from '../infrastructure/api-keys';

/** What the commands of a request came to, as far as the header of its answer says it. */
export interface CommandAnswers {
  /** Of the latest event; undefined when none was appended. */
  position: number | undefined;
  /** Whether all of them were answered before. */
  areReplays: boolean;
}

/** A request with the key that it was let in by; see the authentication hook. */
export interface AuthenticatedRequest extends FastifyRequest {
  apiKey?: ApiKey;
  commandAnswers?: CommandAnswers;
}

/** Whose limits count the request; empty where it needs no key. */
export const keyIdOf = ({ apiKey }: AuthenticatedRequest): string => apiKey?.id ?? '';
