// What a workspace pays for and how, and from which month on.

import { DateTime } from 'luxon';

const DEFAULT_RULE = { team: 'month-end', user: 'any-time' };

function defaultVariant(workspace, { enterprise, timeZone = 'Europe/Berlin' }) {
  const march2023 = DateTime.fromISO('2023-03-01', { zone: timeZone }).toMillis();
  return enterprise || workspace.startedAt < march2023 ? 'user' : 'team';
}

/** Applies a line of the contracts file; answers a refusal's code, or null when it took effect. */
export function applyContractAction(workspaces, contracts, { workspaceId, action, body }) {
  const workspace = workspaces.get(workspaceId);
  if (workspace === undefined) return 'unknown-workspace';
  const contract = contracts.get(workspaceId);
  if (action === 'open') {
    if (contract !== undefined) return 'contract-exists';
    contracts.set(workspaceId, {
      opened: { ...body, variant: body.variant ?? defaultVariant(workspace, body) },
      changes: [],
      billTo: body.billTo,
      lastMonth: null,
      tried: null, // the last month that a closing was tried for
      closed: new Map(),
    });
    return null;
  }
  if (contract === undefined) return 'unknown-contract';

  if (action === 'change') {
    const { effectiveFrom, ...terms } = body;
    if ([...contract.closed.keys()].some((month) => month >= effectiveFrom)) return 'month-closed';
    contract.changes.push({ effectiveFrom, terms });
  } else if (action === 'billing-address') {
    contract.billTo = body.billTo;
  } else if (action === 'terminate') {
    contract.lastMonth = body.lastMonth;
  } else if (action !== 'invoice-mailbox') {
    throw new Error(`unknown contract action "${action}"`);
  }
  return null;
}

/** The terms of a month: those opened with, overlaid with every change that is in effect by then. */
export function termsOf({ opened, changes }, month) {
  const inEffect = changes.filter(({ effectiveFrom }) => effectiveFrom <= month);
  inEffect.sort((a, b) => a.effectiveFrom.localeCompare(b.effectiveFrom));
  const terms = Object.assign({}, opened, ...inEffect.map((change) => change.terms));
  terms.countingRule ??= DEFAULT_RULE[terms.variant];
  terms.timeZone ??= 'Europe/Berlin';
  return terms;
}

export const isBilled = ({ opened, lastMonth }, month) =>
  opened.firstMonth <= month && (lastMonth === null || month <= lastMonth);
