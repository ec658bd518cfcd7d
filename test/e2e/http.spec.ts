import { monthOf } from '@seatledger/domain';

import { RawConnection } from '../support/raw';
import { BILL_TO, KEYS, type Role, Service, temporaryFolder } from '../support/service';

const NDJSON = { 'content-type': 'application/x-ndjson' };

interface Recorded {
  position: number;
  stream: string;
  type: string;
}

describe('the HTTP API', () => {
  const folder = temporaryFolder();
  let service: Service;
  const call = (role: Role | undefined, method: string, route: string, options = {}) =>
    service.call(role, method, route, options);

  beforeAll(async () => {
    // Links in answers stay the same over a restart.
    service = await Service.start(folder.path, { PUBLIC_URL: 'http://127.0.0.1' });
    await call('product', 'POST', '/v1/workspaces', {
      body: { workspaceId: 'w', name: 'W', startedAt: '2025-01-01T00:00:00Z' },
    });
    await call('product', 'POST', '/v1/workspaces/w/teams', {
      body: { teamId: 'red', name: 'Rote Grütze', occurredAt: '2025-01-01T00:00:00Z' },
    });
    await call('accounting', 'PUT', '/v1/workspaces/w/contract', {
      body: {
        unitPriceMinor: 4900,
        currency: 'EUR',
        firstMonth: '2025-01',
        billTo: BILL_TO,
        variant: 'user',
        delivery: ['download'],
      },
    });
  });
  afterAll(async () => {
    await service.stop();
    folder.remove();
  });

  describe('what is let in', () => {
    it('decides by the head before it reads a body', async () => {
      for (const [key, status] of [
        ['wrong', 401],
        [KEYS.scheduler, 403],
      ] as const) {
        const connection = await RawConnection.open(service.url);
        // The body never comes.
        connection.write(
          `POST /v1/workspaces HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n`,
        );
        const answer = await connection.until((received) => received.includes('}'));
        connection.close();
        expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      }
    });

    it.each([
      ['a method that the path has not', 'PATCH', '/v1/workspaces/w', {}, 405, 'method-not-allowed'],
      ['a parameter that is not known', 'GET', '/v1/workspaces/w?colour=red', {}, 400, 'invalid-request'],
      ['a parameter on a command', 'POST', '/v1/workspaces/w/teams/red/restore?force=1', {}, 400, 'invalid-request'],
      ['the same parameter twice', 'GET', '/v1/workspaces/w/teams?limit=1&limit=2', {}, 400, 'invalid-request'],
      ['too long a page', 'GET', '/v1/workspaces/w/teams?limit=1001', {}, 400, 'invalid-request'],
      ['an empty page', 'GET', '/v1/workspaces/w/teams?limit=0', {}, 400, 'invalid-request'],
      ['a cursor that is garbage', 'GET', '/v1/workspaces/w/teams?cursor=garbage', {}, 400, 'invalid-request'],
      [
        "another list's cursor",
        'GET',
        `/v1/workspaces/w/teams?cursor=${Buffer.from('members:m').toString('base64url')}`,
        {},
        400,
        'invalid-request',
      ],
      ['no such month', 'GET', '/v1/workspaces/w/months/2026-13', {}, 400, 'invalid-request'],
      ['a month without a next one', 'GET', '/v1/workspaces/w/months/9999-12', {}, 400, 'invalid-request'],
      ['no such id', 'GET', '/v1/workspaces/a%20b', {}, 400, 'invalid-request'],
      ['a broken escape', 'GET', '/v1/workspaces/%zz', {}, 400, 'invalid-request'],
      ['null for a body', 'POST', '/v1/workspaces/w/teams/red/restore', { body: 'null' }, 400, 'invalid-request'],
      [
        'too long a key',
        'POST',
        '/v1/workspaces/w/teams/red/restore',
        { key: 'k'.repeat(129) },
        400,
        'invalid-request',
      ],
      [
        'lines where one object is wanted',
        'POST',
        '/v1/workspaces',
        { body: '{}', headers: NDJSON },
        415,
        'unsupported-content-type',
      ],
      [
        'a compressed body',
        'POST',
        '/v1/workspaces',
        { body: '{}', headers: { 'content-encoding': 'gzip' } },
        415,
        'unsupported-content-type',
      ],
      ['too large a body', 'POST', '/v1/workspaces', { body: ' '.repeat(4_200_000) }, 413, 'too-large'],
      ['an unknown workspace', 'GET', '/v1/workspaces/none?atLeast=1', {}, 404, 'unknown-workspace'],
    ] as const)('refuses %s', async (_what, method, route, options, status, code) => {
      const answer = await call('product', method, route, options);
      expect([answer.status, answer.body['code']]).toEqual([status, code]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    });

    it('names the methods that a path has', async () => {
      const { headers } = await call('product', 'DELETE', '/v1/workspaces/w/contract');
      expect(headers.get('allow')).toBe('GET, HEAD, PUT');
    });

    it('refuses text that is not UTF-8 instead of mending it', async () => {
      const body = Buffer.concat([Buffer.from('{"teamId":"t","name":"M'), Buffer.from([0xfc]), Buffer.from('nster"}')]);
      const response = await fetch(`${service.url}/v1/workspaces/w/teams`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEYS.product}`, 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBe(400);
    });

    it.each([
      ['/v1/workspaces/w/teams', '{', 'The body of the request is not JSON.'],
      ['/v1/workspaces/%zz/teams', '{}', 'The path of the request is malformed.'],
    ])('says what of %s cannot be read', async (route, body, detail) => {
      const answer = await call('product', 'POST', route, { body });
      expect([answer.status, answer.body['code'], answer.body['detail']]).toEqual([400, 'invalid-request', detail]);
    });

    it('recounts no month that has not begun', async () => {
      for (const route of ['/v1/audit/workspaces/w/months/2999-01', '/v1/workspaces/w/months/2999-01']) {
        const { status, body } = await call('auditor', 'GET', route);
        expect([status, body['code'], body['detail']]).toEqual([404, 'month-not-begun', '2999-01 has not begun.']);
      }
    });

    it('takes a command without a body that names a type for it', async () => {
      const answer = await call('product', 'POST', '/v1/workspaces/w/teams/red/restore', { body: '' });
      expect([answer.status, answer.body['changed']]).toEqual([200, false]);
    });

    it.each([
      ['no HTTP', 'hello\r\n\r\n', 400],
      ['an unknown method', 'FROB / HTTP/1.1\r\nhost: x\r\n\r\n', 400],
      ['endless headers', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ])('answers %s with a problem', async (_what, text, status) => {
      const connection = await RawConnection.open(service.url);
      connection.write(text);
      const answer = await connection.untilEnd();
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toContain('application/problem+json');
      expect(answer).toContain('urn:problem:');
    });

    it.each(['/v1/audit/events', '/v1/workspaces/w', '/health/live', '/openapi.json'])(
      'takes no body on GET %s, and does not wait for it',
      async (route) => {
        for (const framing of ['content-length: 10', 'transfer-encoding: chunked']) {
          const connection = await RawConnection.open(service.url);
          connection.write(
            `GET ${route} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEYS.auditor}\r\n${framing}\r\n\r\n`,
          );
          // The connection ends although the body never comes and this side stays open.
          const answer = await connection.untilEnd();
          expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*"message":"must be empty: GET takes no body"/);
        }
        expect((await call('auditor', 'GET', route, { headers: { 'content-length': '0' } })).status).toBe(200);
      },
    );

    it('ends the connection of a refused client and goes on sending', async () => {
      const connection = await RawConnection.open(service.url);
      connection.write(`POST /v1/commands HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
      const sending = setInterval(() => connection.write('1\r\nx\r\n'), 20);
      expect(await connection.untilEnd()).toMatch(/^HTTP\/1.1 401 /);
      clearInterval(sending);
    });

    it('refuses what is nested a million deep, whatever its key', async () => {
      const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
      for (const key of [undefined, 'deep']) {
        const answer = await call('product', 'POST', '/v1/commands', {
          body: `{"commands":[${deep}]}`,
          ...(key === undefined ? {} : { key }),
        });
        expect([answer.status, answer.body['errors']]).toEqual([
          400,
          [{ path: '', message: 'must not be nested more than 64 deep' }],
        ]);
      }
      const line = `${'['.repeat(20_000)}${']'.repeat(20_000)}\n`;
      const lines = await call('product', 'POST', '/v1/commands', { body: line, headers: NDJSON, key: 'deep-line' });
      expect(JSON.parse(lines.text)).toMatchObject({ problem: { status: 400, code: 'invalid-request' } });
    });

    it('says how answers are to be handled', async () => {
      const { headers } = await call('product', 'GET', '/v1/workspaces/w');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    });
  });

  describe('reads', () => {
    it('answers an access question by what was accepted, not by what is shown', async () => {
      for (let round = 0; round < 30; round += 1) {
        const memberId = `m${round}`;
        await call('product', 'POST', '/v1/workspaces/w/members', {
          body: { memberId, name: 'M', email: 'm@w.example' },
        });
        const path = `/v1/workspaces/w/members/${memberId}`;
        expect((await call('product', 'GET', `${path}/access`)).body).toEqual({ access: true });
        await call('product', 'POST', `${path}/remove`);
        expect((await call('product', 'GET', `${path}/access`)).body).toEqual({ access: false });
      }
      expect((await call('product', 'GET', '/v1/workspaces/none/members/m/access')).body).toEqual({ access: false });
    });

    it('waits for a position, and says so when it does not come', async () => {
      const began = performance.now();
      const answers = await Promise.all(
        ['', '/teams', '/contract', '/months'].map((list) =>
          call('product', 'GET', `/v1/workspaces/w${list}?atLeast=999999`),
        ),
      );
      expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
        Array(4).fill([503, 'read-model-lagging']),
      );
      expect(performance.now() - began).toBeGreaterThan(4900);
      expect(answers[0]?.headers.get('retry-after')).toBe('1');
    });

    it('takes the position of any command for any read', async () => {
      const address = (street: string) =>
        call('accounting', 'PUT', '/v1/workspaces/w/contract/billing-address', {
          body: { billTo: { ...BILL_TO, street } },
        });
      const { headers, body } = await address('Weg 2');
      const position = headers.get('seatledger-position');
      expect(position).toMatch(/^\d+$/);
      for (const route of ['', '/teams', '/contract', '/months']) {
        const read = await call('product', 'GET', `/v1/workspaces/w${route}?atLeast=${position}`);
        expect([route, read.status]).toEqual([route, 200]);
      }
      const contract = await call('accounting', 'GET', `/v1/workspaces/w/contract?atLeast=${position}`);
      expect(contract.body).toMatchObject({ revision: body['revision'], billTo: { street: 'Weg 2' } });
      // What changed nothing gives one, too.
      const again = await address('Weg 2');
      expect(again.body).toMatchObject({ changed: false });
      expect(Number(again.headers.get('seatledger-position'))).toBeGreaterThanOrEqual(Number(position));
    });

    it.each(['-1', '1.5', 'x', '1'.repeat(21)])('refuses the position %s', async (position) => {
      const { status, body } = await call('product', 'GET', `/v1/workspaces/w?atLeast=${position}`);
      expect([status, body['code'], body['errors']]).toEqual([
        400,
        'invalid-request',
        [{ path: '/query/atLeast', message: 'must be a position: 1 to 20 digits' }],
      ]);
    });

    it('says when an answer was given before, also when it was a refusal', async () => {
      await call('product', 'POST', '/v1/workspaces', { body: { workspaceId: 'replays', name: 'R' } });
      const create = (key: string, teamId: string) =>
        call('product', 'POST', '/v1/workspaces/replays/teams', { body: { teamId, name: 'Replay' }, key });
      expect((await create('replay-1', 'replayed')).headers.get('idempotent-replayed')).toBeNull();
      const again = await create('replay-1', 'replayed');
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
      const archive = () =>
        call('product', 'POST', '/v1/workspaces/replays/teams/nowhere/archive', { body: {}, key: 'replay-2' });
      expect((await archive()).headers.get('idempotent-replayed')).toBeNull();
      const refused = await archive();
      expect([refused.status, refused.headers.get('idempotent-replayed')]).toEqual([404, 'true']);
      const commands = [{ type: 'RenameTeam', key: 'replay-3', workspaceId: 'replays', teamId: 'replayed', name: 'R' }];
      const batch = () => call('product', 'POST', '/v1/commands', { body: { commands } });
      expect((await batch()).body).toEqual({ results: [expect.not.objectContaining({ replayed: true })] });
      expect((await batch()).body).toEqual({ results: [expect.objectContaining({ changed: true, replayed: true })] });
    });

    it('pages through a list without gap or repeat', async () => {
      let position: string | null = null;
      for (const teamId of ['a', 'b', 'c', 'd']) {
        const { headers } = await call('product', 'POST', '/v1/workspaces/w/teams', { body: { teamId, name: teamId } });
        position = headers.get('seatledger-position');
      }
      const found: string[] = [];
      let cursor = '';
      do {
        const { body } = await call('product', 'GET', `/v1/workspaces/w/teams?limit=2&atLeast=${position}${cursor}`);
        found.push(...(body['items'] as { teamId: string }[]).map(({ teamId }) => teamId));
        const next = body['nextCursor'] as string | null;
        cursor = next === null ? '' : `&cursor=${next}`;
      } while (cursor !== '');
      expect(found).toEqual(['a', 'b', 'c', 'd', 'red']);
    });

    it('gives the licensees as a workbook that says when it is a preview', async () => {
      const month = monthOf(Date.now(), 'Europe/Berlin');
      const file = await call('product', 'GET', `/v1/workspaces/w/months/${month}/licensees.xlsx`);
      expect(file.status).toBe(200);
      expect(file.headers.get('content-type')).toBe(
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      );
      expect(file.headers.get('content-disposition')).toBe(`attachment; filename="licensees-w-${month}-preview.xlsx"`);
      expect(file.headers.get('seatledger-month-status')).toBe('open');
      expect(file.text.slice(0, 2)).toBe('PK');
    });
  });

  it('gives a document that is just being made to everyone who asks for it', async () => {
    await call('product', 'POST', '/v1/workspaces', {
      body: { workspaceId: 'docs', name: 'D', startedAt: '2025-01-01T00:00:00Z' },
    });
    await call('product', 'POST', '/v1/workspaces/docs/teams', {
      body: { teamId: 't', name: 'T', occurredAt: '2025-01-02T00:00:00Z' },
    });
    await call('accounting', 'PUT', '/v1/workspaces/docs/contract', {
      body: { unitPriceMinor: 4900, currency: 'EUR', firstMonth: '2025-01', billTo: BILL_TO },
    });
    await service.close('2025-01', ['docs']);
    const { body } = await call('accounting', 'GET', '/v1/workspaces/docs/invoices');
    const [{ number }] = body['items'] as [{ number: string }];
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => service.call<Buffer>('auditor', 'GET', `/v1/invoices/${number}/pdf`)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    for (const answer of answers) expect(Buffer.compare(answer.body, answers[0]!.body)).toBe(0);
  });

  describe('the audit feed', () => {
    const feed = async (query: string): Promise<Recorded[]> => {
      const { status, text } = await call('auditor', 'GET', `/v1/audit/events${query}`);
      expect(status).toBe(200);
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Recorded);
    };

    it('gives the history as recorded, in order, from a position on', async () => {
      await call('product', 'POST', '/v1/workspaces', { body: { workspaceId: 'w2', name: 'W2' } });
      const all = await feed('');
      expect(all[0]).toMatchObject({
        stream: 'workspace-w',
        revision: 0,
        type: 'WorkspaceStarted.v1',
        metadata: { hash: expect.any(String) as string },
      });
      expect(all.map(({ position }) => position)).toEqual(
        [...all].map(({ position }) => position).sort((a, b) => a - b),
      );
      const third = all[2]!;
      expect(await feed(`?from=${third.position}&limit=2`)).toEqual(all.slice(2, 4));
      expect(await feed(`?from=${all.at(-1)!.position + 1}`)).toEqual([]);
    });

    it("gives a workspace's own part of it, and no other's", async () => {
      await service.close('2025-01', ['w']);
      const streams = new Set((await feed('?workspaceId=w')).map(({ stream }) => stream));
      expect([...streams]).toEqual(expect.arrayContaining(['workspace-w', 'contract-w', 'billing-w']));
      expect([...streams]).not.toContain('workspace-w2');
      expect((await feed('?workspaceId=w2')).map(({ stream }) => stream)).toEqual(['workspace-w2']);
    });

    it.each(['?limit=0', '?from=-1', '?workspaceId=a%20b', '?type=x'])('refuses %s', async (query) => {
      expect((await call('auditor', 'GET', `/v1/audit/events${query}`)).status).toBe(400);
      expect((await call('product', 'GET', `/v1/audit/events${query}`)).status).toBe(403);
    });
  });

  describe('batches', () => {
    let open: RawConnection | undefined;
    afterEach(() => open?.close());

    const commands = [
      { type: 'CreateTeam', workspaceId: 'w', teamId: 'batched', name: 'Batched' },
      { type: 'CreateTeam', workspaceId: 'w', teamId: 'batched', name: 'Other' },
      { type: 'ArchiveTeam', workspaceId: 'none', teamId: 'batched' },
      { type: 'Frob' },
      'nothing',
    ];

    it('executes each command independently, and once under a key', async () => {
      const send = () => call('product', 'POST', '/v1/commands', { body: { commands }, key: 'batch-1' });
      const first = await send();
      const results = first.body['results'] as { status: string; problem?: { code: string } }[];
      expect(results.map(({ status, problem }) => problem?.code ?? status)).toEqual([
        'accepted',
        'team-exists',
        'unknown-workspace',
        'invalid-request',
        'invalid-request',
      ]);
      expect((await send()).text).toBe(first.text);
      const more = [...commands, { type: 'CreateTeam', workspaceId: 'w', teamId: 'under-the-same-key', name: 'T' }];
      const other = await call('product', 'POST', '/v1/commands', { body: { commands: more }, key: 'batch-1' });
      expect([other.status, other.body['code']]).toEqual([422, 'idempotency-key-reused']);
      const teams = await call('product', 'GET', '/v1/workspaces/w/teams');
      expect(teams.text).not.toContain('under-the-same-key');
    });

    it('reports a line that is not UTF-8 or too long by its number', async () => {
      const lines = [
        Buffer.from('{"type":"ArchiveTeam","workspaceId":"w","teamId":"batched"}\n'),
        Buffer.from([0xff, 10]),
        Buffer.from(`"${'x'.repeat(70_000)}"\n`),
        Buffer.from('{"type":"RestoreTeam","workspaceId":"w","teamId":"batched"}'),
      ];
      const response = await fetch(`${service.url}/v1/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEYS.product}`, ...NDJSON },
        body: Buffer.concat(lines),
      });
      const results = (await response.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { status: string; problem?: { detail: string } });
      expect(results.map(({ status, problem }) => problem?.detail ?? status)).toEqual([
        'accepted',
        'Line 2 is not UTF-8.',
        'Line 3 is longer than 65536 bytes.',
        'accepted',
      ]);
    });

    it('executes whole lines of a stream that is aborted, and no half one', async () => {
      const connection = await RawConnection.open(service.url);
      const line = (teamId: string) =>
        `${JSON.stringify({ type: 'CreateTeam', workspaceId: 'w', teamId, name: 'T' })}\n`;
      const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
      connection.write(
        `POST /v1/commands HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEYS.product}\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n`,
      );
      connection.write(chunk(line('whole') + line('half').trimEnd()));
      expect(await connection.until((received) => received.includes('accepted'))).toContain('200 OK');
      connection.close();
      const { body } = await call('product', 'POST', '/v1/workspaces/w/teams/whole/rename', { body: { name: 'T' } });
      expect(body['changed']).toBe(false);
      expect((await call('product', 'POST', '/v1/workspaces/w/teams/half/archive')).body['code']).toBe('unknown-team');
    });

    it('reads no further than a client takes its answers', async () => {
      const total = 150_000;
      const line = `${JSON.stringify({ type: 'ArchiveTeam', workspaceId: 'w', teamId: 'unknown' })}\n`;
      const bytes = Buffer.byteLength(line) * total;
      const connection = (open = await RawConnection.open(service.url));
      const { socket } = connection;
      socket.pause();
      connection.write(
        `POST /v1/commands HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${KEYS.product}\r\ncontent-type: application/x-ndjson\r\ncontent-length: ${bytes}\r\n\r\n`,
      );
      const block = line.repeat(100);
      for (let sent = 0; sent < total; sent += 100) socket.write(block);
      // The service takes what its buffers hold, then no more: it answers others meanwhile.
      let before = Infinity;
      while (socket.writableLength < before) {
        before = socket.writableLength;
        for (let others = 0; others < 20; others += 1) await call('product', 'GET', '/v1/workspaces/w/teams');
      }
      expect(socket.writableLength).toBeGreaterThan(bytes / 4);
      socket.resume();
      const answer = await connection.until((received) => received.endsWith('0\r\n\r\n'));
      expect(answer.match(/"code":"unknown-team"/g)).toHaveLength(total);
    });
  });
});
