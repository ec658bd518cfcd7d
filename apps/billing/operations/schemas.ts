import { type Static, Type } from '@sinclair/typebox';

import { At, closed, count, object, oneOf, optional, text } from '../http/schema';

export const ProjectionPath = closed({ projection: text });
export type ProjectionPath = Static<typeof ProjectionPath>;
export const RebuildBody = closed({ acceptDifferences: Type.Optional(Type.Boolean()) });
export type RebuildBody = Static<typeof RebuildBody>;

export const Live = object({ status: Type.Literal('ok') });
export const Projection = object(
  {
    projection: text,
    state: oneOf('running', 'standing-by', 'stopped', 'failed'),
    version: count,
    checkpoint: count,
    head: count,
    rebuild: optional(
      object({
        state: oneOf('building', 'differs', 'failed', 'done'),
        events: count,
        checkpoint: count,
        milliseconds: count,
        differences: Type.Array(text, { description: 'Where counts and totals are others than before' }),
        reason: optional(text),
      }),
    ),
  },
  { title: 'Projection', description: 'A read model: up to where it reflects the history, and how its rebuild fares' },
);
export const Projections = object({ items: Type.Array(Projection) });
export const Ready = object({
  status: oneOf('ok', 'not-ready'),
  checks: Type.Record(Type.String(), Type.String(), { description: 'Each part by name: ok, or what it is instead' }),
});

export const SigningKeySet = object(
  {
    keys: Type.Array(
      object({
        kty: oneOf('OKP'),
        crv: oneOf('Ed25519'),
        x: text,
        kid: text,
        alg: oneOf('EdDSA'),
        use: oneOf('sig'),
        validFrom: At,
        retiredAt: optional(At),
      }),
    ),
  },
  { title: 'SigningKeySet' },
);
