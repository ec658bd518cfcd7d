import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import fastify, { type FastifyInstance } from 'fastify';

import { limitBodyTime, NDJSON, readBodies } from './bodies';

describe('the time that a body may take', () => {
  let server: FastifyInstance;

  afterEach(() => server.close());

  /** Sends the head with the first part, and the rest when the server has seen them. */
  async function send(type: string, length: number, first: string, rest = ''): Promise<string> {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    const seen = once(server.server, 'request');
    const head = [
      'POST / HTTP/1.1',
      'host: x',
      'connection: close',
      `content-type: ${type}`,
      `content-length: ${length}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${first}`);
    await seen;
    socket.write(rest);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer;
  }

  async function listen(milliseconds: number): Promise<void> {
    server = fastify();
    readBodies(server);
    limitBodyTime(server, milliseconds);
    server.post('/', async (request) => {
      if (request.body === request.raw) {
        // Read after the limit: timers end in the order of their times.
        await delay(2 * milliseconds);
        request.raw.resume();
        return { streamed: true };
      }
      return { whole: request.body };
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
  }

  it('ends a request whose body does not come', async () => {
    await listen(20);
    const answer = await send('application/json', 10, '{"a"');
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*connection: close/i);
  });

  it('is no matter to a body that came, in one part or in several', async () => {
    await listen(60_000);
    for (const [first, rest] of [['{"a":1}'], ['{"a"', ':1}']]) {
      expect(await send('application/json', 7, first!, rest)).toMatch(/200 OK[\s\S]*{"whole":{"a":1}}$/);
    }
  });

  it('does not count for a stream of lines', async () => {
    await listen(5);
    const answer = await send(NDJSON, 3, '{}\n');
    expect(answer).toMatch(/200 OK[\s\S]*{"streamed":true}$/);
  });
});
