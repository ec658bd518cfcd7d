// Makes the sample history again: node samples/generate.mjs. The same seed gives the same bytes.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { seeded } from './generate/random.mjs';
import { Simulation } from './generate/simulate.mjs';
import { WORKED_EXAMPLES } from './generate/worked-examples.mjs';
import { WORKSPACES } from './generate/workspaces.mjs';

const SEED = 20260701;
const FIRST_MONTH = '2025-01';
const MONTHS = 18;
/** How long after a month's end what is heard of still comes before its closing. */
const CLOSING_DELAY = 3 * 3600 * 1000;

const folder = path.dirname(fileURLToPath(import.meta.url));

const months = Array.from({ length: MONTHS }, (_unused, index) => addMonths(FIRST_MONTH, index));

const lines = WORKSPACES.flatMap((workspace, index) => {
  const zone = workspace.contract?.timeZone ?? 'Europe/Berlin';
  const edges = months.map((month) => startOf(addMonths(month, 1), zone));
  const window = { start: startOf(FIRST_MONTH, zone), end: edges.at(-1), edges };
  const simulation = new Simulation(workspace, seeded(SEED + index), window);
  const heard = simulation.run();
  if (workspace.scripted) {
    for (const [type, occurredAt, fields] of WORKED_EXAMPLES) {
      const time = Date.parse(occurredAt);
      simulation.say(type, fields, time, time + 500);
    }
  }
  if (workspace.lateAfterEnd !== undefined) lateAfterTheEnd(simulation, workspace.lateAfterEnd, zone);
  for (const [type, occurredAt, heardAt, fields] of workspace.script ?? []) {
    simulation.say(type, fields, Date.parse(occurredAt), Date.parse(heardAt));
  }
  return heard
    .map((line, order) => ({ ...line, order, workspace: index, chunk: chunkOf(line.arrival, edges) }))
    .filter(({ chunk }) => chunk !== undefined);
});

/** Facts of the contract's last month that are heard of when it has ended. */
function lateAfterTheEnd(simulation, month, zone) {
  const time = startOf('2025-12', zone) + 3 * 24 * 3600 * 1000;
  const arrival = startOf(month, zone) + 24 * 3600 * 1000;
  simulation.say('CreateTeam', { teamId: 'forgotten', name: 'Forgotten' }, time, arrival);
  const person = { memberId: 'forgotten', name: 'Frieda Vergessen', email: 'forgotten@abschied.example' };
  simulation.say('AddMember', { ...person, teamIds: ['forgotten'] }, time + 1000, arrival + 1000);
  simulation.say('RemoveMember', { memberId: 'forgotten' }, time + 5 * 24 * 3600 * 1000, arrival + 2000);
}

function chunkOf(arrival, edges) {
  const index = edges.findIndex((edge) => arrival <= edge + CLOSING_DELAY);
  return index === -1 ? undefined : months[index];
}

rmSync(path.join(folder, 'facts'), { recursive: true, force: true });
mkdirSync(path.join(folder, 'facts'), { recursive: true });
const perChunk = [];
for (const month of months) {
  const chunk = lines
    .filter((line) => line.chunk === month)
    .sort((a, b) => a.arrival - b.arrival || a.workspace - b.workspace || a.order - b.order);
  const text = chunk.map(({ command }) => `${JSON.stringify(command)}\n`).join('');
  writeFileSync(path.join(folder, 'facts', `${month}.ndjson.gz`), gzipSync(text, { level: 9 }));
  perChunk.push([month, chunk.length]);
}
writeFileSync(path.join(folder, 'contracts.ndjson'), contracts());
report();

function contracts() {
  const actions = WORKSPACES.flatMap(({ id, contract, opensIn, actions: later }) => {
    if (contract === null) return [];
    const open = { chunk: opensIn ?? FIRST_MONTH, workspaceId: id, action: 'open', body: contract };
    return [
      open,
      ...later.map((action) => ({ chunk: action.chunk, workspaceId: id, action: action.action, body: action.body })),
    ];
  });
  return actions.map((action) => `${JSON.stringify(action)}\n`).join('');
}

function report() {
  const byType = {};
  const members = new Set();
  const teams = new Set();
  for (const { command } of lines) {
    byType[command.type] = (byType[command.type] ?? 0) + 1;
    if (command.type === 'AddMember') members.add(`${command.workspaceId}/${command.memberId}`);
    if (command.type === 'CreateTeam') teams.add(`${command.workspaceId}/${command.teamId}`);
  }
  console.log(
    `seed ${SEED}: ${WORKSPACES.length} workspaces, ${teams.size} teams, ${members.size} members, ${lines.length} commands`,
  );
  console.table(byType);
  console.table(Object.fromEntries(perChunk));
  if (WORKSPACES.length < 40 || teams.size < 600 || members.size < 8000 || lines.length < 58_000) {
    throw new Error('the sample is smaller than it is meant to be');
  }
}

/** The first instant of a month in a time zone. */
function startOf(month, timeZone) {
  const wanted = Date.parse(`${month}-01T00:00:00Z`);
  const format = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  let instant = wanted;
  // Twice: the first guess may lie on the other side of a change of clocks.
  for (let i = 0; i < 2; i += 1) {
    const shown = Date.parse(`${format.format(instant).replace(' ', 'T')}Z`);
    instant += wanted - shown;
  }
  return instant;
}

function addMonths(month, count) {
  const date = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + count, 1));
  return date.toISOString().slice(0, 7);
}
