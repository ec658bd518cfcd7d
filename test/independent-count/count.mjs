// What every month of every workspace in the sample history must be billed, and which commands must be refused:
// an outside auditor's count. Run it with `node test/independent-count/count.mjs [samples folder]`.

import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { closeUntil } from './closing.mjs';
import { applyContractAction } from './contracts.mjs';
import { apply, currentNumbers, emptyHistory } from './history.mjs';

const FACTS = /^(\d{4}-\d{2})\.ndjson\.gz$/;

function readContracts(samplesFolder) {
  const file = join(samplesFolder, 'contracts.ndjson');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text, index) => ({ ...JSON.parse(text), line: index + 1 }));
}

function readFacts(samplesFolder, chunk) {
  const file = join(samplesFolder, 'facts', `${chunk}.ndjson.gz`);
  return existsSync(file) ? gunzipSync(readFileSync(file)).toString('utf8').split('\n') : [];
}

function addToTotals(totals, closing) {
  const { outcome, variant, currency } = closing;
  totals.months += 1;
  if (outcome === 'invoice') totals.invoices += 1;
  if (outcome === 'credit-note') totals.creditNotes += 1;
  if (outcome === 'nothing-to-bill') totals.nothingToBill += 1;
  totals.byVariantAndCurrency[`${variant} ${currency}`] ??= { months: 0, netMinor: 0, taxMinor: 0, grossMinor: 0 };
  const group = totals.byVariantAndCurrency[`${variant} ${currency}`];
  group.months += 1;
  group.netMinor += closing.netMinor;
  group.taxMinor += closing.taxMinor;
  group.grossMinor += closing.grossMinor;
}

export async function count({ samplesFolder }) {
  const actions = readContracts(samplesFolder);
  const files = readdirSync(join(samplesFolder, 'facts')).filter((name) => FACTS.test(name));
  const chunks = new Set([...files.map((name) => FACTS.exec(name)[1]), ...actions.map(({ chunk }) => chunk)]);

  const history = emptyHistory();
  const contracts = new Map();
  const result = {
    commands: { accepted: 0, unchanged: 0, refused: {} },
    refusals: [],
    contractRefusals: [],
    workspaces: {},
    totals: { months: 0, invoices: 0, creditNotes: 0, nothingToBill: 0, byVariantAndCurrency: {} },
    current: {},
  };

  const applyFacts = (chunk) => {
    readFacts(samplesFolder, chunk).forEach((text, index) => {
      if (text === '') return;
      const { outcome, code } = apply(history, text);
      if (outcome !== 'refused') {
        result.commands[outcome] += 1;
        return;
      }
      result.commands.refused[code] = (result.commands.refused[code] ?? 0) + 1;
      result.refusals.push({ chunk, line: index + 1, code });
    });
  };

  const applyContractActions = (chunk) => {
    for (const action of actions.filter((one) => one.chunk === chunk)) {
      const code = applyContractAction(history.workspaces, contracts, action);
      if (code !== null) result.contractRefusals.push({ chunk, line: action.line, code });
    }
  };

  const closeMonths = (until) => {
    for (const [workspaceId, contract] of contracts) {
      for (const [month, closing] of closeUntil(history.workspaces.get(workspaceId), contract, until)) {
        result.workspaces[workspaceId] ??= {};
        result.workspaces[workspaceId][month] = closing;
        addToTotals(result.totals, closing);
      }
    }
  };

  for (const chunk of [...chunks].sort()) {
    applyFacts(chunk);
    applyContractActions(chunk);
    closeMonths(chunk);
  }
  for (const [workspaceId, workspace] of history.workspaces) {
    result.current[workspaceId] = currentNumbers(workspace);
  }
  return result;
}

const startedScript = process.argv[1] && realpathSync(process.argv[1]);
if (startedScript === fileURLToPath(import.meta.url)) {
  const samplesFolder = process.argv[2] ?? fileURLToPath(new URL('../../samples', import.meta.url));
  process.stdout.write(`${JSON.stringify(await count({ samplesFolder }), null, 2)}\n`);
}
