import { type paths } from './api';

type Method = 'get' | 'put' | 'post' | 'delete';
/** `get /v1/workspaces/{workspaceId}`: an operation by its method and path. */
type Operations = {
  [Path in keyof paths]: {
    [M in Method as paths[Path][M] extends object ? `${Uppercase<M>} ${Path}` : never]: paths[Path][M];
  };
}[keyof paths];
type UnionToIntersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never;
type AllOperations = UnionToIntersection<Operations>;
export type OperationName = keyof AllOperations;

type Get<T, K extends PropertyKey> = T extends { [Key in K]?: infer V } ? V : never;
type JsonOf<T> = Get<Get<T, 'content'>, 'application/json'>;
type Parameters<Name extends OperationName> = Get<AllOperations[Name], 'parameters'>;

/** What an operation answers when it succeeds. */
export type AnswerOf<Name extends OperationName> = JsonOf<
  Get<Get<AllOperations[Name], 'responses'>, 200> | Get<Get<AllOperations[Name], 'responses'>, 202>
>;
type BodyOf<Name extends OperationName> = JsonOf<Exclude<Get<AllOperations[Name], 'requestBody'>, undefined>>;

type Given<Key extends string, Value> = [Value] extends [never]
  ? { readonly [K in Key]?: never }
  : undefined extends Value
    ? { readonly [K in Key]?: Value }
    : { readonly [K in Key]: Value };

/** What an operation takes: its path's names, its query, its body. */
export type InputOf<Name extends OperationName> = Given<'path', Get<Parameters<Name>, 'path'>> & {
  readonly query?: Get<Parameters<Name>, 'query'>;
  readonly body?: BodyOf<Name>;
  /** The same key with the same request has one effect, however often it is sent. */
  readonly idempotencyKey?: string;
};

/** The service refused a request. Programs go by `code`. */
export class SeatledgerProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: readonly { readonly path: string; readonly message: string }[] = [],
  ) {
    super(detail);
    this.name = 'SeatledgerProblem';
  }
}

export interface ClientOptions {
  /** Where the service is, such as `https://billing.example`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Another `fetch`, such as one with retries. */
  readonly fetch?: typeof fetch;
}

/** A client of the HTTP API: every operation by its method and path, typed by the API's description. */
export class SeatledgerClient {
  constructor(private readonly options: ClientOptions) {}

  /**
   * Calls an operation that answers JSON.
   * @throws {SeatledgerProblem} the service refused it
   */
  async call<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<AnswerOf<Name>> {
    const response = await this.send(name, input);
    return (await response.json()) as AnswerOf<Name>;
  }

  /** Calls an operation that answers a file. @throws {SeatledgerProblem} */
  async download<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<Uint8Array> {
    const response = await this.send(name, input);
    return new Uint8Array(await response.arrayBuffer());
  }

  private async send<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<Response> {
    const { path = {}, query = {}, body, idempotencyKey } = input as LooseInput;
    const [method = '', template = ''] = name.split(' ');
    const url = new URL(
      template.replace(/\{(\w+)\}/g, (_match, part: string) => encodeURIComponent(String(path[part]))),
      this.options.baseUrl,
    );
    for (const [name, given] of Object.entries(query)) {
      for (const value of [given].flat()) if (value !== undefined) url.searchParams.append(name, String(value));
    }
    const response = await (this.options.fetch ?? fetch)(url, {
      method,
      headers: {
        authorization: `Bearer ${this.options.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await problemOf(response);
    return response;
  }
}

interface LooseInput {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
}

async function problemOf(response: Response): Promise<SeatledgerProblem> {
  const text = await response.text();
  try {
    const { code, detail, errors } = JSON.parse(text) as {
      code: string;
      detail: string;
      errors?: { path: string; message: string }[];
    };
    return new SeatledgerProblem(response.status, code, detail, errors);
  } catch {
    // Something between the two answered.
    return new SeatledgerProblem(response.status, 'http-error', `HTTP ${response.status}`);
  }
}
