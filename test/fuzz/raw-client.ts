import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** The service did not answer in time. */
class NoAnswer extends Error {}

/**
 * One connection for one request after the other, byte by byte as given. Opened again when the
 * other side closed it.
 */
export class RawClient {
  private socket: Socket | undefined;
  private received = Buffer.alloc(0);
  private wake: () => void = () => undefined;
  private ended = true;

  constructor(
    private readonly url: URL,
    private readonly limit: number,
  ) {}

  /** Sends a request and reads its answer, or its head; undefined when the connection was closed without one. */
  async send(request: Buffer, headOnly = false): Promise<RawAnswer | undefined> {
    await this.open();
    this.received = Buffer.alloc(0);
    this.socket?.write(request);
    return this.read(headOnly);
  }

  /** Sends something that never gets complete, and goes away. */
  async abandon(request: Buffer): Promise<void> {
    await this.open();
    await new Promise<void>((resolve) => this.socket?.write(request, () => resolve()));
    this.close();
  }

  close(): void {
    this.socket?.destroy();
    this.ended = true;
  }

  private async open(): Promise<void> {
    if (!this.ended) return;
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(this.url.port), this.url.hostname, resolve);
      socket.setNoDelay(true);
      socket.once('error', reject);
      const isCurrent = (): boolean => this.socket === socket;
      socket.on('data', (chunk: Buffer) => {
        if (!isCurrent()) return;
        this.received = Buffer.concat([this.received, chunk]);
        this.wake();
      });
      const end = (): void => {
        if (!isCurrent()) return;
        this.ended = true;
        this.wake();
      };
      socket.on('close', end);
      socket.on('error', end);
      this.socket = socket;
    });
    this.ended = false;
  }

  private async read(headOnly: boolean): Promise<RawAnswer | undefined> {
    const deadline = Date.now() + this.limit;
    for (;;) {
      const answer = parse(this.received, headOnly);
      if (answer !== undefined) {
        if (/\r\nconnection: close/i.test(answer.head)) this.close();
        return answer;
      }
      if (this.ended) return undefined;
      const left = deadline - Date.now();
      if (left <= 0) throw new NoAnswer(`no answer within ${this.limit} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** A whole answer, by its length or its chunks; undefined while it is not whole. */
function parse(received: Buffer, headOnly: boolean): RawAnswer | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = received.subarray(0, end).toString('latin1');
  const status = Number(head.slice(9, 12));
  const rest = received.subarray(end + 4);
  if (status === 100) return parse(rest, headOnly);
  if (headOnly) return { status, head, body: '' };
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    if (rest.length < Number(length)) return undefined;
    return { status, head, body: rest.subarray(0, Number(length)).toString('utf8') };
  }
  if (!/\r\ntransfer-encoding: chunked/i.test(head)) return { status, head, body: '' };
  const text = rest.toString('utf8');
  return text.endsWith('0\r\n\r\n') ? { status, head, body: text } : undefined;
}
