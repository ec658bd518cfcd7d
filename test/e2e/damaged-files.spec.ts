import { cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { failedStart, Service, temporaryFolder } from '../support/service';

const folder = temporaryFolder();
const sound = path.join(folder.path, 'sound');
const fileIn = (name: string) => path.join(folder.path, 'damaged', name);

beforeAll(async () => {
  const service = await Service.start(sound);
  const teams = Array.from({ length: 400 }, (_, index) => ({
    type: 'CreateTeam',
    workspaceId: 'acme',
    teamId: `t${index}`,
    name: `Team ${index}`,
  }));
  const lines = [{ type: 'StartWorkspace', workspaceId: 'acme', name: 'Acme' }, ...teams];
  const { body } = await service.call('product', 'POST', '/v1/commands', { body: { commands: lines } });
  const results = body['results'] as { status: string }[];
  expect(results.every(({ status }) => status === 'accepted')).toBe(true);
  await service.call('product', 'GET', '/v1/workspaces/acme?atLeast=400');
  expect(await service.stop()).toBe(0);
});
beforeEach(() => {
  rmSync(fileIn('.'), { recursive: true, force: true });
  cpSync(sound, fileIn('.'), { recursive: true });
});
afterAll(() => folder.remove());

function overwrite(file: string, from: number, bytes: number): void {
  const content = readFileSync(file);
  content.fill(0xa5, from, from + bytes);
  writeFileSync(file, content);
}

it.each<[string, string, (file: string) => void, string]>([
  ['events.db', 'whose first bytes are gone', (file) => overwrite(file, 0, 100), 'is not a database: '],
  ['events.db', 'whose schema is gone', (file) => overwrite(file, 100, 3_900), 'is damaged: '],
  ['events.db', 'that was cut off', (file) => truncateSync(file, statSync(file).size - 4_096), 'is damaged: '],
  ['events.db', 'that is another file', (file) => writeFileSync(file, 'x;y\n'.repeat(500)), 'is not a database: '],
  ['read-models.db', 'that was cut off', (file) => truncateSync(file, statSync(file).size - 4_096), 'is damaged: '],
  ['personal-data-keys.db', 'whose schema is gone', (file) => overwrite(file, 100, 3_900), 'is damaged: '],
])('a start with a file %s %s says so in one line', async (name, _, damage, message) => {
  damage(fileIn(name));
  const { code, output } = await failedStart(fileIn('.'), {});
  expect({ code, output }).toMatchObject({ code: 1 });
  expect(output.trim().split('\n')).toEqual([
    expect.stringContaining(`Seatledger cannot start: ${fileIn(name)} ${message}`),
  ]);
  expect(output).toContain('restore the last backup');
});

it('a start with read models of a longer history says what to do', async () => {
  rmSync(fileIn('events.db'));
  const { code, output } = await failedStart(fileIn('.'), {});
  expect(code).toBe(1);
  expect(output).toMatch(
    /^Seatledger cannot start: read model \w+ is ahead of the event store \(position 401, the last event is 0\): /,
  );
  expect(output.trim().split('\n')).toHaveLength(1);
});
