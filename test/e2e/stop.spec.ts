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
    const answered = (await stream.untilEnd()).split('"status":"accepted"').length - 1;
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
  }, 60_000);
});
