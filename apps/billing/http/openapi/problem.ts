import { Type } from '@sinclair/typebox';

import { object, optional, text } from '../schema';

/** A problem answer. */
export const Problem = object(
  {
    type: Type.String({ pattern: '^urn:problem:[a-z-]+$' }),
    help: Type.String({ description: 'The page about its code' }),
    title: text,
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    detail: text,
    code: Type.String({ pattern: '^[a-z-]+$', description: 'Stable; what programs go by' }),
    errors: optional(
      Type.Array(object({ path: Type.String({ description: 'JSON pointer' }), message: text }), {
        description: 'What is wrong with the request, value by value',
      }),
    ),
  },
  { title: 'Problem', description: 'RFC 9457' },
);
