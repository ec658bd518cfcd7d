import path from 'node:path';

import { type EInvoiceCheck, type IssuedInvoice } from '@seatledger/domain';

import { BUILT_IN_RULES_VERSION, checkEInvoice, type Finding } from './checks';
import { einvoiceOf } from './from-invoice';
import { type EInvoice } from './model';
import { Schematron } from './official/schematron';
import { ublOf } from './ubl';
import { EINVOICE_WRITER_VERSION } from './version';

/** The official rules of EN 16931 for UBL, under the name that they are published by. */
const OFFICIAL_FILE = 'EN16931-UBL.sch';

/** An invoice whose structured form breaks rules, and so may not be issued. */
export class EInvoiceRejected extends Error {
  constructor(
    invoice: Pick<IssuedInvoice, 'workspaceId' | 'month'>,
    readonly findings: readonly Finding[],
  ) {
    const told = findings.map(({ rule, text, at }) => `${rule}${at === '' ? '' : ` (${at})`}: ${text}`);
    super(`the e-invoice of ${invoice.workspaceId} ${invoice.month} breaks ${told.join(' ')}`);
    this.name = 'EInvoiceRejected';
  }
}

/** What every invoice is checked by before it is issued. */
export interface EInvoiceRules {
  /**
   * What it passed, to be recorded with it.
   * @throws {EInvoiceRejected} naming each rule that it breaks
   */
  check(invoice: IssuedInvoice): Promise<EInvoiceCheck>;
  close(): Promise<void>;
}

/**
 * The built-in rules, and with a folder of the official ones those too. The official rules look
 * at the UBL: for CII they take several seconds an invoice, and both are written from one model.
 * @throws {RulesUnusable}
 */
export async function openEInvoiceRules({ rulesDir }: { rulesDir?: string } = {}): Promise<EInvoiceRules> {
  const official = rulesDir === undefined ? undefined : await Schematron.load(path.join(rulesDir, OFFICIAL_FILE));
  return {
    async check(invoice) {
      const model = einvoiceOf(invoice);
      const findings = checkEInvoice(model);
      // What is known to be wrong need not wait for a second opinion.
      if (findings.length === 0 && official !== undefined) findings.push(...(await officialFindings(official, model)));
      if (findings.length > 0) throw new EInvoiceRejected(invoice, findings);
      return {
        writer: EINVOICE_WRITER_VERSION,
        passed: [`built-in ${BUILT_IN_RULES_VERSION}`, ...(official === undefined ? [] : [official.version])],
      };
    },
    close: async () => official?.close(),
  };
}

/**
 * Sums that the rules compare exactly, where the engine reckons in binary fractions: 0.1 and 0.2
 * are not 0.3 to it. The built-in rules of the same ids compare whole minor units, and decide.
 */
const INEXACT_IN_ENGINE: ReadonlySet<string> = new Set(['BR-AE-08', 'BR-E-08', 'BR-O-08']);

/** What the official rules find in an invoice that keeps the built-in ones, or does not. */
export async function officialFindings(official: Schematron, model: EInvoice): Promise<Finding[]> {
  const broken = new Set(checkEInvoice(model).map(({ rule }) => rule));
  const found = await official.check(ublOf(model));
  return found.filter(({ rule }) => !INEXACT_IN_ENGINE.has(rule) || broken.has(rule));
}
