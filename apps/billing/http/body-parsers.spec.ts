import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { HttpException } from '@nestjs/common';
import { readConfiguration } from '@seatledger/configuration';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { bodyKindOf, cutUnreadBodies, limitBodyTime, NDJSON, readBodies, refuseUnreadableBody } from './body-parsers';
import { ConnectionFaults } from './connections';
import { Problems } from './problems';
import { PublicUrl } from './public-url';

/** Everything that comes in until the other side closes the connection. */
async function untilClosed(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  // A reset is one way to close.
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return answer;
}

const portOf = (server: FastifyInstance): number => (server.server.address() as AddressInfo).port;

describe('the time that a body may take', () => {
  let server: FastifyInstance;

  afterEach(() => server.close());

  /** Sends the head with the first part, and the rest when the server has seen them. */
  async function send(type: string, length: number, first: string, rest = ''): Promise<string> {
    const socket = connect(portOf(server), '127.0.0.1');
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

describe('the kind of a body', () => {
  const kindOf = async (headers: Record<string, string>): Promise<unknown> => {
    const server = fastify();
    server.addHook('onRequest', async (request, reply) => reply.send({ kind: bodyKindOf(request) }));
    server.post('/', () => undefined);
    const answer = await server.inject({ method: 'POST', url: '/', headers });
    return (JSON.parse(answer.body) as { kind: unknown }).kind;
  };

  it.each([
    ['lines', 'application/x-ndjson'],
    ['lines', 'Application/X-NDJSON'],
    ['lines', ' application/x-ndjson ; charset=utf-8'],
    ['whole', 'application/x-ndjson-like'],
    ['whole', 'application/json'],
    ['whole', ''],
  ])('is %s for "%s"', async (kind, type) => {
    expect(await kindOf({ 'content-type': type, 'content-length': '3' })).toBe(kind);
    expect(await kindOf({ 'content-type': type, 'transfer-encoding': 'chunked' })).toBe(kind);
    expect(await kindOf({ 'content-type': type, 'content-length': '0' })).toBe('none');
  });
});

const problems = (): Problems => new Problems(new PublicUrl(readConfiguration({})));

describe('an unfinished body past the limit', () => {
  const LIMIT_MS = 20;
  let server: FastifyInstance;

  beforeEach(async () => {
    const connections = new ConnectionFaults(problems);
    server = fastify({ clientErrorHandler: connections.handle });
    connections.watch(server);
    readBodies(server);
    server.addHook('onRequest', (request, _reply, done) => {
      try {
        refuseUnreadableBody(request, true);
        done();
      } catch (error) {
        done(error as Error);
      }
    });
    limitBodyTime(server, LIMIT_MS);
    cutUnreadBodies(server, LIMIT_MS);
    server.setErrorHandler((error, _request, reply) =>
      reply.status(error instanceof HttpException ? error.getStatus() : 400).send('refused'),
    );
    const stream = (_request: FastifyRequest, reply: FastifyReply) => reply.type(NDJSON).send(Readable.from(slowly()));
    server.get('/', stream);
    server.post('/', stream);
    // Answers before its body is read.
    server.post(
      '/at-once',
      { onRequest: (request, reply) => Promise.resolve(stream(request, reply)) },
      () => undefined,
    );
    await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => server.close());

  /** An answer that begins before the limit and goes on after it. */
  async function* slowly(): AsyncGenerator<string> {
    yield 'first\n';
    await delay(3 * LIMIT_MS);
    yield 'last\n';
  }

  const send = (method: string, route: string, type: string, framing: string): Promise<string> => {
    const socket = connect(portOf(server), '127.0.0.1');
    socket.write(`${method} ${route} HTTP/1.1\r\nhost: x\r\ncontent-type: ${type}\r\n${framing}\r\n\r\n`);
    return untilClosed(socket);
  };

  describe.each(['content-length: 10', 'transfer-encoding: chunked'])('with %s', (framing) => {
    it.each(['GET', 'HEAD'])('on %s is refused at once, and cut', async (method) => {
      expect(await send(method, '/', 'application/json', framing)).toMatch(/^HTTP\/1\.1 400 /);
    });

    it('of one object is answered 408, and cut', async () => {
      expect(await send('POST', '/', 'application/json', framing)).toMatch(/^HTTP\/1\.1 408 /);
    });

    it.each(['application/json', NDJSON, 'Application/X-NDJSON'])(
      'of %s neither stops an answer that streams nor keeps the connection',
      async (type) => {
        const answer = await send('POST', type === 'application/json' ? '/at-once' : '/', type, framing);
        expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*first\r?\n[\s\S]*last/);
        expect(answer).not.toContain('408');
      },
    );
  });

  it('and what is no HTTP after the head end the connection without a second answer', async () => {
    const socket = connect(portOf(server), '127.0.0.1');
    const answer = untilClosed(socket);
    socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-type: ${NDJSON}\r\ntransfer-encoding: chunked\r\n\r\n`);
    await once(socket, 'data');
    socket.write('this is no chunk\r\n');
    expect((await answer).match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});
