import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { cli } from '../support/cli';
import { RawConnection } from '../support/raw';
import { KEYS, Service, temporaryFolder } from '../support/service';

describe('a stop under load', () => {
  const folder = temporaryFolder();
  let service: Service;
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  it('loses nothing that was answered', async () => {
    service = await Service.start(folder.path);
    await service.call('product', 'POST', '/v1/workspaces', { body: { workspaceId: 'w', name: 'W' } });
    const accepted: string[] = [];
    let stopping = false;
    const client = async (name: string): Promise<void> => {
      for (let number = 0; ; number += 1) {
        const teamId = `${name}-${number}`;
        const answer = await service
          .call('product', 'POST', '/v1/workspaces/w/teams', { body: { teamId, name: teamId } })
          .catch(() => undefined);
        if (answer === undefined) {
          // Only a service that stops refuses connections.
          if (!stopping) throw new Error('no answer before the stop');
          return;
        }
        if (answer.status !== 200) throw new Error(answer.text);
        accepted.push(teamId);
      }
    };
    const clients = Array.from({ length: 8 }, (_none, index) => client(`c${index}`));

    // A stream that goes on and on, as far as the service takes it.
    const stream = await RawConnection.open(service.url);
    stream.write(
      `POST /v1/commands HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEYS.product}\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const line = (number: number): string => {
      const text = `${JSON.stringify({ type: 'CreateTeam', workspaceId: 'w', teamId: `s-${number}`, name: 'S' })}\n`;
      return `${text.length.toString(16)}\r\n${text}\r\n`;
    };
    for (let number = 0; number < 500; number += 1) stream.write(line(number));
    // And a client that never reads nor finishes.
    const silent = await RawConnection.open(service.url);
    silent.write(
      `POST /v1/commands HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEYS.product}\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    await stream.until((received) => received.split('accepted').length > 100);
    while (accepted.length < 50) await new Promise((resolve) => setImmediate(resolve));

    stopping = true;
    expect(await service.stop('SIGTERM')).toBe(0);
    await Promise.all(clients);
    const answer = await stream.untilEnd();
    const answered = answer.split('"status":"accepted"').length - 1;
    // Not as a chunked answer ends: what was sent after the last line that was read has no answer.
    expect(answer.endsWith('\r\n0\r\n\r\n')).toBe(false);
    silent.close();

    service = await Service.start(folder.path);
    const known = new Set<string>();
    for (let cursor = ''; ;) {
      const { body } = await service.call<{ items: { teamId: string }[]; nextCursor: string | null }>(
        'product',
        'GET',
        `/v1/workspaces/w/teams?limit=1000&atLeast=0${cursor}`,
      );
      for (const { teamId } of body.items) known.add(teamId);
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(accepted.filter((teamId) => !known.has(teamId))).toEqual([]);
    for (let number = 0; number < answered; number += 1) expect(known).toContain(`s-${number}`);
    expect(answered).toBeGreaterThan(100);
  });
});

describe('a stop in the middle of an import', () => {
  const folder = temporaryFolder();
  let service: Service;
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  it('is told by the command line, and the import goes on when it is run again', async () => {
    const lines = 40_000;
    const file = path.join(folder.path, 'teams.ndjson');
    const line = (number: number): string =>
      JSON.stringify({ type: 'CreateTeam', key: `k-${number}`, workspaceId: 'w', teamId: `t-${number}`, name: 'T' });
    writeFileSync(file, `\n${Array.from({ length: lines }, (_none, number) => line(number)).join('\n')}`);
    const data = path.join(folder.path, 'data');
    service = await Service.start(data);
    await service.call('product', 'POST', '/v1/workspaces', { body: { workspaceId: 'w', name: 'W' } });

    const importing = cli(service, 'import', file);
    await service.until('product', '/v1/workspaces/w/teams?limit=1', ({ text }) => text.includes('t-0'));
    expect(await service.stop('SIGTERM')).toBe(0);
    const { code, stdout, stderr } = await importing;
    const told = /^\S+teams\.ndjson: (\d+) of 40000 commands got no answer: .+\. Run the import again: .+\n$/.exec(
      stderr,
    );
    expect([code, stdout, told === null ? stderr : '']).toEqual([1, '', '']);
    expect(Number(told?.[1])).toBeGreaterThan(0);
    expect(Number(told?.[1])).toBeLessThan(lines);

    service = await Service.start(data);
    const again = await cli(service, 'import', file);
    const counts = /: 40000 commands, (\d+) new, (\d+) known, 0 refused\n$/.exec(again.stdout);
    expect([again.code, counts === null ? again.stdout : '']).toEqual([0, '']);
    expect(Number(counts?.[1]) + Number(counts?.[2])).toBe(lines);
    expect(Number(counts?.[1])).toBeLessThan(lines);
    const { body } = await service.call('product', 'GET', '/v1/workspaces/w');
    expect(body).toMatchObject({ teams: { total: lines } });
  });
});
