import { type Static, Type } from '@sinclair/typebox';

import { Rule } from '../contracts/schemas';
import {
  Amount,
  closed,
  count,
  Currency,
  Id,
  InvoiceNumber,
  Month,
  object,
  oneOf,
  optional,
  orNull,
  Quantity,
  Revision,
  Sha256,
  text,
  WorkspacePath,
} from '../http/schema';
import { Variant } from '../workspaces/schemas';

export const MonthPath = closed({ ...WorkspacePath.properties, month: Month });
export type MonthPath = Static<typeof MonthPath>;

const TaxCategory = oneOf('S', 'AE', 'O');
export const Line = object(
  {
    kind: oneOf('license', 'minimum', 'discount', 'adjustment'),
    month: Month,
    quantity: Quantity,
    unitPriceMinor: optional(Amount),
    percent: optional(text),
    netMinor: Amount,
    description: text,
    taxCategory: TaxCategory,
    taxRate: text,
  },
  { title: 'Line' },
);
export const totals = {
  taxes: Type.Array(
    object({ category: TaxCategory, rate: text, netMinor: Amount, taxMinor: Amount }, { title: 'Tax' }),
  ),
  netMinor: Amount,
  taxMinor: Amount,
  grossMinor: Amount,
  currency: Currency,
};
export const MonthAnswer = object(
  {
    workspaceId: Id,
    month: Month,
    status: oneOf('open', 'closed'),
    variant: Variant,
    countingRule: Rule,
    units: count,
    quantity: Quantity,
    lines: Type.Array(Line),
    ...totals,
    revision: Revision,
    unitsDigest: Sha256,
    cancelled: optional(
      Type.Literal(true, { description: 'The invoice of its own units was cancelled: nothing of it is billed' }),
    ),
    invoiceNumber: optional(InvoiceNumber),
    invoiceNumbers: optional(Type.Array(InvoiceNumber)),
  },
  { title: 'Month', description: 'A closed month as billed; an open one as closing it now would bill it' },
);
export const Unit = object(
  {
    unitId: Id,
    name: orNull(text),
    quantity: Quantity,
    email: optional(orNull(text)),
    teams: optional(Type.Array(Id)),
  },
  { title: 'Unit', description: 'For user licenses with address and teams; null once erased' },
);
