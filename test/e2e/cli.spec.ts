import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { cli, cliWith } from '../support/cli';
import { KEYS, Service, temporaryFolder } from '../support/service';

describe('what the command line says when it is refused', () => {
  const folder = temporaryFolder();
  let service: Service;
  beforeAll(async () => {
    service = await Service.start(path.join(folder.path, 'data'));
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  const NO_KEY =
    'unauthenticated: No API key was given; name one with --key, or set BILLING_API_KEYS as for the service.';

  it.each([
    ['close 2026-13', '2026-13 is not a month such as 2026-03.'],
    ['export datev --month 2026-3', '2026-3 is not a month such as 2026-03.'],
    ['close 2999-01', 'month-not-over: 2999-01 is not over anywhere.'],
    ['close 2024-01 a/b', 'invalid-request: The request is not as the API describes it. (/workspaceIds/0 '],
    ['close 2024-01 --key wrong', 'unauthenticated: The service does not know this API key.'],
    [`close 2024-01 --key ${KEYS.product}`, 'forbidden: The API key lacks the required role.'],
    ['rebuild nothing', 'unknown-projection: '],
    ['export datev --month 2024-01 --out /nowhere/x.csv', '/nowhere/x.csv: no such file or directory.'],
    ['close 2024-01 --url http://127.0.0.1:1', 'No answer from http://127.0.0.1:1 ('],
  ])('%s', async (command, said) => {
    const { code, stderr } = await cli(service, ...command.split(' '));
    expect([code, stderr.trimEnd().split('\n')]).toEqual([1, [expect.stringContaining(said)]]);
    expect(stderr.startsWith(said)).toBe(true);
  });

  it('asks for a key when there is none', async () => {
    const env = { SEATLEDGER_URL: service.url };
    for (const command of ['close 2024-01', 'rebuild', 'export datev --month 2024-01']) {
      expect(await cliWith(env, ...command.split(' '))).toEqual({ code: 1, stdout: '', stderr: `${NO_KEY}\n` });
    }
    const file = path.join(folder.path, 'empty.ndjson');
    writeFileSync(file, '\n');
    expect(await cliWith(env, 'import', file)).toEqual({ code: 1, stdout: '', stderr: `${NO_KEY}\n` });
  });

  it('says so when something else answers', async () => {
    const answer = await cli(service, 'rebuild', '--url', `${service.url}/docs`);
    expect([answer.code, answer.stderr.trimEnd().split('\n')]).toEqual([
      1,
      [expect.stringMatching(/^(not-found: |http-error: )/)],
    ]);
  });

  it('says what was killed under it', async () => {
    const other = await Service.start(path.join(folder.path, 'killed'));
    await other.call('product', 'POST', '/v1/workspaces', { body: { workspaceId: 'w', name: 'W' } });
    const file = path.join(folder.path, 'teams.ndjson');
    const line = (number: number): string =>
      `${JSON.stringify({ type: 'CreateTeam', key: `k-${number}`, workspaceId: 'w', teamId: `t-${number}`, name: 'T' })}\n`;
    writeFileSync(file, Array.from({ length: 40_000 }, (_none, number) => line(number)).join(''));
    const importing = cli(other, 'import', file);
    await other.until('product', '/v1/workspaces/w/teams?limit=1', ({ text }) => text.includes('t-0'));
    await other.stop('SIGKILL');
    const { code, stderr } = await importing;
    expect([code, stderr.trimEnd().split('\n')]).toEqual([
      1,
      [expect.stringMatching(/^\S+teams.ndjson: \d+ of 40000 commands got no answer: .+\. Run the import again: /)],
    ]);
  });

  it('lists each refused command, and sends the same again without effect', async () => {
    const file = path.join(folder.path, 'facts.ndjson');
    const commands = [
      { type: 'StartWorkspace', workspaceId: 'import', name: 'Import', startedAt: '2026-01-01T08:00:00Z' },
      { type: 'ArchiveTeam', workspaceId: 'import', teamId: 'later' },
      { type: 'CreateTeam', workspaceId: 'import', teamId: 'red', name: 'Red' },
      { type: 'ArchiveTeam', workspaceId: 'import', teamId: 'red' },
      { type: 'RestoreTeam', workspaceId: 'import', teamId: 'red' },
      // Without an instant it is meant again, not known from above.
      { type: 'ArchiveTeam', workspaceId: 'import', teamId: 'red' },
    ];
    const lines = [...commands.map((command) => JSON.stringify(command)), '', 'no json'];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const refusals = `${file}.refused.ndjson`;
    const refused = () =>
      readFileSync(refusals, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object);

    const first = await cli(service, 'import', file);
    expect([first.code, first.stdout]).toEqual([
      1,
      `${file}: 7 commands, 5 new, 0 known, 2 refused (1 unknown-team, 1 invalid-request)\n`,
    ]);
    expect(first.stderr).toContain(`each refused command is listed with its reason in ${refusals}.`);
    expect(refused()).toEqual([
      expect.objectContaining({ line: 2, code: 'unknown-team', command: lines[1] }),
      expect.objectContaining({ line: 8, code: 'invalid-request', command: 'no json' }),
    ]);

    // What was refused is asked again: since then the team was made.
    const team = { teamId: 'later', name: 'Later' };
    await service.call('product', 'POST', '/v1/workspaces/import/teams', { body: team });
    const again = await cli(service, 'import', file);
    expect([again.code, again.stdout]).toEqual([
      1,
      `${file}: 7 commands, 1 new, 5 known, 1 refused (1 invalid-request)\n`,
    ]);
    expect(refused()).toEqual([expect.objectContaining({ line: 8 })]);
    const third = await cli(service, 'import', '--errors', folder.path, file);
    expect(third.stdout).toBe(`${file}: 7 commands, 0 new, 6 known, 1 refused (1 invalid-request)\n`);
  });

  it('names the file that cannot be imported, not the service', async () => {
    const gz = path.join(folder.path, 'no.ndjson.gz');
    writeFileSync(gz, '{}\n');
    const inside = path.join(folder.path, 'folder');
    mkdirSync(inside);
    for (const [file, why] of [
      [gz, 'incorrect header check'],
      [inside, 'it is a folder'],
    ] as const) {
      const { code, stdout, stderr } = await cli(service, 'import', file);
      expect([code, stdout, stderr]).toEqual([1, '', `${file} cannot be read: ${why}.\n`]);
    }
  });

  it('shows how a copy goes on, without the names of what it shows', async () => {
    const to = path.join(folder.path, 'copy.db');
    const { code, stderr } = await cli(service, 'copy-events', '--from', path.join(folder.path, 'data'), '--to', to);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('{phase}')]);
  });
});
