import { type FastifyRequest } from 'fastify';

import { type ApiKey } from '../infrastructure/api-keys';

/** A request with the key that it was let in by; see the authentication hook. */
export interface AuthenticatedRequest extends FastifyRequest {
  apiKey?: ApiKey;
}
