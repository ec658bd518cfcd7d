import { type Static, Type } from '@sinclair/typebox';

import { At, closed, count, Id, Month, object, oneOf, optional, orNull, text } from '../http/schema';
import { MonthAnswer } from '../months/schemas';

export const ClosingPath = closed({ closingId: text });
export type ClosingPath = Static<typeof ClosingPath>;

export const ClosingBody = closed({
  month: Month,
  workspaceIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 10_000 })),
  dryRun: Type.Optional(Type.Boolean()),
});
export type ClosingBody = Static<typeof ClosingBody>;

export const ClosingStarted = object({ closingId: text }, { title: 'ClosingStarted' });
export const Closing = object(
  {
    closingId: text,
    state: oneOf('running', 'done'),
    month: Month,
    total: count,
    closed: count,
    nothingToBill: count,
    alreadyClosed: count,
    failed: Type.Array(object({ workspaceId: Id, problem: text }), { description: 'The first hundred' }),
    workspaces: optional(Type.Array(MonthAnswer, { description: 'Of a dry run: what each would be billed' })),
  },
  { title: 'Closing' },
);

const FailingStep = object(
  {
    step: text,
    workspaceId: orNull(Id),
    month: orNull(Month),
    number: orNull(text),
    attempts: count,
    problem: text,
    nextTry: At,
  },
  { title: 'FailingStep', description: 'A step after a closing that failed and waits for its next try' },
);
export const FailingSteps = object({ items: Type.Array(FailingStep) });
