import { type BillingMonth, isTimeZone, monthOf } from '../billing/billing-month';
import { conflict, notFound, ruleViolated } from '../domain-error';
import { type Instant } from '../event';
import { largestAmountOf, MAX_AMOUNT_MINOR } from '../pricing/largest-amount';
import { exact } from '../pricing/money';
import { refuseBuyer } from './buyer';
import { CURRENCIES, currencyDigits, NO_MONEY } from './code-lists';
import { type ContractCommand, type OpenContract } from './commands';
import { type ContractEvent, type ContractOpened, type TermsChange } from './events';
import {
  applyChange,
  buyerFor,
  type ContractState,
  mailboxesAt,
  monthsToCome,
  type OpenedContract,
  termsFor,
} from './state';
import { type ContractTerms, defaultCountingRule, deliveryOf, type LicenseVariant, type PriceTiers } from './terms';

/** Workspaces that started before this local midnight are billed by user unless agreed otherwise. */
const TEAM_LICENSES_SINCE = '2023-03';

/** Before it the tax rates are not known here. */
const EARLIEST_MONTH = '2007-01';

export const DEFAULT_TIME_ZONE = 'Europe/Berlin';
export const DEFAULT_PAYMENT_TERM_DAYS = 14;

/** Of the terms that every contract has, those whose default depends on nothing else. */
const DEFAULTS = {
  timeZone: DEFAULT_TIME_ZONE,
  language: 'de',
  paymentTermDays: DEFAULT_PAYMENT_TERM_DAYS,
  holdForApproval: false,
  annexOfUnits: false,
  buyerKind: 'business',
} as const satisfies Partial<ContractTerms>;

const PERCENT = /^\d{1,3}(\.\d{1,4})?$/;

/** The variant of a contract that does not name one. */
export function defaultVariant(workspaceStartedAt: Instant, timeZone: string, enterprise: boolean): LicenseVariant {
  const startedBefore = monthOf(workspaceStartedAt, timeZone) < TEAM_LICENSES_SINCE;
  return enterprise || startedBefore ? 'user' : 'team';
}

/**
 * Decides a command on a workspace's contract; no events when nothing would change.
 * @throws {DomainError} the command is refused
 */
export function decideContract(command: ContractCommand, state: ContractState, now: Instant): ContractEvent[] {
  if (command.type === 'OpenContract') {
    const opened = openContract(command, now);
    if (state === undefined) return [opened];
    if (isAsItIs(state, opened.data, now)) return [];
    throw conflict('contract-exists', 'The workspace has a contract with other terms; they can be changed.');
  }
  if (state === undefined) throw notFound('unknown-contract', 'The workspace has no contract.');

  switch (command.type) {
    case 'ChangeTerms':
      return changeTerms(state, command.effectiveFrom, command.changes, now);
    case 'ChangeInvoiceMailbox': {
      if (mailboxesAt(state, now)?.to[0] === command.email) return [];
      return [{ type: 'InvoiceMailboxChanged', data: { email: command.email }, occurredAt: now }];
    }
    case 'ChangeBillingAddress': {
      if (sameJson(state.billTo, command.billTo)) return [];
      refuseBuyers({ ...state, billTo: command.billTo });
      const data = { billTo: command.billTo };
      return [{ type: 'BillingAddressChanged', data, occurredAt: now }];
    }
    case 'TerminateContract': {
      const { lastMonth } = command;
      if (state.lastMonth === lastMonth) return [];
      const { lockedThrough } = state;
      if (lastMonth < state.firstMonth) {
        throw ruleViolated(
          'last-month-before-first',
          `The contract's first month is ${state.firstMonth}; it cannot end with ${lastMonth}.`,
        );
      }
      if (lockedThrough !== undefined && lastMonth < lockedThrough) {
        throw monthClosed(lockedThrough);
      }
      if (state.lastMonth !== undefined && lockedThrough !== undefined && state.lastMonth < lockedThrough) {
        throw conflict(
          'contract-ended',
          `The contract ended with ${state.lastMonth}, and later months were settled since.`,
        );
      }
      return [{ type: 'ContractTerminated', data: { lastMonth }, occurredAt: now }];
    }
    case 'LockTerms': {
      const { month } = command;
      if (state.lockedThrough !== undefined && month <= state.lockedThrough) return [];
      return [{ type: 'TermsLocked', data: { month }, occurredAt: now }];
    }
  }
}

/** Whether a contract is asked for as it is in the current month. */
function isAsItIs(contract: OpenedContract, asked: ContractOpened['data'], now: Instant): boolean {
  const { workspaceId, firstMonth, enterprise, billTo } = contract;
  const current = monthOf(now, asked.terms.timeZone);
  const terms = termsFor(contract, current < firstMonth ? firstMonth : current);
  return sameJson({ workspaceId, firstMonth, enterprise, billTo, terms }, asked);
}

function refuseBuyers(contract: OpenedContract): void {
  for (const month of monthsToCome(contract)) refuseBuyer(buyerFor(contract, month), month);
}

function openContract(command: OpenContract, now: Instant): ContractOpened {
  const { workspaceId, firstMonth, billTo, terms: asked } = command;
  const timeZone = asked.timeZone ?? DEFAULT_TIME_ZONE;
  refuseUnknownTimeZone(timeZone);
  const enterprise = command.enterprise ?? false;
  const variant = command.variant ?? defaultVariant(command.workspaceStartedAt, timeZone, enterprise);
  const terms: ContractTerms = {
    ...asked,
    variant,
    countingRule: asked.countingRule ?? defaultCountingRule(variant),
    timeZone,
    language: asked.language ?? DEFAULTS.language,
    paymentTermDays: asked.paymentTermDays ?? DEFAULTS.paymentTermDays,
    holdForApproval: asked.holdForApproval ?? DEFAULTS.holdForApproval,
    annexOfUnits: asked.annexOfUnits ?? DEFAULTS.annexOfUnits,
    buyerKind: asked.buyerKind ?? DEFAULTS.buyerKind,
  };
  refuseContradictions(terms);
  if (firstMonth < EARLIEST_MONTH) {
    throw ruleViolated('first-month-too-early', `Months before ${EARLIEST_MONTH} are not billed.`);
  }
  refuseBuyer({ ...billTo, buyerKind: terms.buyerKind }, firstMonth);
  return {
    type: 'ContractOpened',
    data: { workspaceId, firstMonth, enterprise, terms, billTo },
    occurredAt: now,
  };
}

function changeTerms(
  contract: OpenedContract,
  effectiveFrom: BillingMonth,
  changes: TermsChange,
  now: Instant,
): ContractEvent[] {
  const { lockedThrough } = contract;
  if (lockedThrough !== undefined && effectiveFrom <= lockedThrough) throw monthClosed(lockedThrough);
  const before = termsFor(contract, effectiveFrom);
  const complete = withDefaultsOf(before, changes);
  const after = applyChange(before, complete);
  const changed: OpenedContract = {
    ...contract,
    changes: [...contract.changes, { effectiveFrom, changes: complete }],
  };
  refuseOtherThanFirst(changed, effectiveFrom);
  refuseContradictions(after);
  // A later change that was agreed before stays in force, and must still fit.
  for (const later of contract.changes) {
    if (later.effectiveFrom > effectiveFrom) {
      refuseOtherThanFirst(changed, later.effectiveFrom);
      refuseContradictions(termsFor(changed, later.effectiveFrom));
    }
  }
  if (sameJson(before, after)) return [];
  refuseBuyers(changed);
  const data = { effectiveFrom, changes: complete };
  return [{ type: 'ContractTermsChanged', data, occurredAt: now }];
}

/** A new variant brings its own counting rule, and null takes a term back to its default. */
function withDefaultsOf(before: ContractTerms, changes: TermsChange): TermsChange {
  for (const term of ['variant', 'unitPriceMinor', 'currency'] as const) {
    if (changes[term] === null) throw ruleViolated('term-required', `${term} has no default to go back to.`);
  }
  const variant = changes.variant ?? before.variant;
  const complete: Record<string, unknown> = { ...changes };
  for (const [term, value] of Object.entries(DEFAULTS)) {
    if (complete[term] === null) complete[term] = value;
  }
  // A rule that is not the old variant's own was agreed, and stays.
  const isDefault = before.countingRule === defaultCountingRule(before.variant);
  const ruleGoesWithVariant =
    changes.countingRule === null || (changes.countingRule === undefined && isDefault && variant !== before.variant);
  if (ruleGoesWithVariant) complete['countingRule'] = defaultCountingRule(variant);
  return complete;
}

/**
 * Months are closed from the first one on, in one currency and cut in one time zone: no later
 * month can have others than the first.
 */
function refuseOtherThanFirst(contract: OpenedContract, month: BillingMonth): void {
  if (month <= contract.firstMonth) return;
  const first = termsFor(contract, contract.firstMonth);
  const later = termsFor(contract, month);
  refuseFixed('currency', first.currency, later.currency);
  refuseFixed('timeZone', first.timeZone, later.timeZone);
}

function refuseContradictions(terms: ContractTerms): void {
  refuseUnknownTimeZone(terms.timeZone);
  refuseCurrency(terms.currency);
  if (terms.tiers !== undefined) refuseBrokenTiers(terms.tiers);
  refuseMissingMailbox(terms);
  refuseUnsafeAmounts(terms);
  const { discount } = terms;
  if (discount !== undefined) {
    const percent = exact(PERCENT.test(discount.percent) ? discount.percent : 0);
    if (percent.lessThanOrEqualTo(0) || percent.greaterThan(100)) {
      throw ruleViolated('bad-discount', 'A discount is more than 0 and at most 100 per cent.');
    }
    if (discount.lastMonth !== undefined && discount.lastMonth < discount.firstMonth) {
      throw ruleViolated('bad-discount', "The discount's last month lies before its first.");
    }
  }
}

function refuseBrokenTiers({ steps }: PriceTiers): void {
  if (steps.length === 0) throw ruleViolated('bad-tiers', 'There must be a step.');
  let reached = 0;
  steps.forEach(({ upTo }, index) => {
    const isLast = index === steps.length - 1;
    if (isLast !== (upTo === undefined)) {
      throw ruleViolated('bad-tiers', 'Every step but the last has upTo; the last has none.');
    }
    if (upTo !== undefined && upTo <= reached) {
      throw ruleViolated('bad-tiers', `The steps' upTo must grow: ${upTo} follows ${reached}.`);
    }
    reached = upTo ?? reached;
  });
}

function refuseMissingMailbox(terms: ContractTerms): void {
  if (!deliveryOf(terms).includes('email') || terms.invoiceMailboxes !== undefined) return;
  throw ruleViolated(
    'mailbox-missing',
    'Invoices by e-mail need an invoiceMailbox; variant user sends them so unless delivery says otherwise.',
  );
}

/** Net and tax of any month must be exact. */
function refuseUnsafeAmounts(terms: ContractTerms): void {
  if (largestAmountOf(terms) <= MAX_AMOUNT_MINOR) return;
  throw ruleViolated(
    'amount-too-large',
    'At this price the largest possible amount is beyond what can be reckoned exactly.',
  );
}

function refuseUnknownTimeZone(timeZone: string): void {
  if (isTimeZone(timeZone)) return;
  throw ruleViolated('unknown-time-zone', `${timeZone} is not an IANA time zone.`);
}

/** EN 16931 has room for two decimals (BR-DEC-09 and following): no invoice could be issued in others. */
function refuseCurrency(currency: string): void {
  if (!CURRENCIES.has(currency) || NO_MONEY.has(currency)) {
    throw ruleViolated('unknown-currency', `${currency} is not an ISO 4217 currency in use.`);
  }
  if (currencyDigits(currency) > 2) {
    throw ruleViolated('currency-too-fine', `${currency} has more than two decimals, an invoice has not.`);
  }
}

function refuseFixed(term: string, before: string, after: string): void {
  if (before === after) return;
  throw conflict('term-fixed', `${term} is fixed with the contract's first closed month: it stays ${before}.`);
}

function monthClosed(lockedThrough: BillingMonth): Error {
  return conflict('month-closed', `Months up to ${lockedThrough} are closed.`);
}

/** Events and bodies hold plain JSON in a fixed order of keys per schema. */
const sameJson = (a: object, b: object): boolean => sorted(a) === sorted(b);

function sorted(value: object): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
