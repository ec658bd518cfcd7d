import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { type ClusterInfo } from '@eventstore/db-client/generated/gossip_pb';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import {
  type AppendReq,
  type AppendResp,
  type BatchAppendReq,
  type BatchAppendResp,
  type ReadReq,
  type ReadResp,
} from '@eventstore/db-client/generated/streams_pb';
import {
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type Metadata,
  Server,
  type ServerCredentials,
  type ServiceError,
  status,
} from '@grpc/grpc-js';

import { type Append, type AppendAnswer, handleAppend, handleBatchAppend } from './appends';
import { type EventLog } from './event-log';
import { Faults } from './faults';
import { failure, notLeader } from './messages';
import { handleRead, handleSubscription } from './reads';
import { Relay } from './relay';

export type Call = 'append' | 'batch-append' | 'read' | 'subscription' | 'gossip' | 'server-features';

export interface MemberOptions {
  readonly log: EventLog;
  /** Whether the server says that it takes batch appends; it takes them in any case. */
  readonly offersBatchAppend: boolean;
  readonly maxAppendSize: number;
  /** The port of the leader; undefined while there is none. */
  readonly leader: () => number | undefined;
  readonly gossip: () => ClusterInfo;
  readonly credentials: ServerCredentials;
}

/** One server of a cluster: the services of the protocol over the log that the cluster shares. */
export class Member {
  readonly faults = new Faults();
  /** What the last call showed of its user: the header as it came. */
  authorization: string | undefined;
  private readonly calls = new Map<Call, number>();

  private constructor(
    private readonly options: MemberOptions,
    private readonly server: Server,
    readonly relay: Relay,
  ) {}

  static async start(options: MemberOptions): Promise<Member> {
    // The server takes records of up to 16 MB, and refuses large appends by its own rule.
    const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
    const inner = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', options.credentials, (error, port) => (error ? reject(error) : resolve(port)));
    });
    const member = new Member(options, server, await Relay.to(inner));
    member.serve();
    return member;
  }

  /** Where clients reach it. */
  get port(): number {
    return this.relay.port;
  }

  /** How often it was called. */
  count(call: Call): number {
    return this.calls.get(call) ?? 0;
  }

  async stop(): Promise<void> {
    await this.relay.close();
    this.server.forceShutdown();
  }

  private serve(): void {
    const append: handleClientStreamingCall<AppendReq, AppendResp> = (call, answer) => {
      this.noted('append');
      handleAppend(call, answer, (request) => this.append(request, call.metadata));
    };
    const batchAppend: handleBidiStreamingCall<BatchAppendReq, BatchAppendResp> = (call) => {
      this.noted('batch-append');
      handleBatchAppend(call, (request) => this.append(request, call.metadata));
    };
    const read: handleServerStreamingCall<ReadReq, ReadResp> = (call) => {
      const isSubscription = call.request.getOptions()?.hasSubscription() === true;
      this.noted(isSubscription ? 'subscription' : 'read');
      void this.answering(call.metadata)
        .then(() =>
          isSubscription
            ? handleSubscription(call, this.options.log, this.faults.subscriptionDrop())
            : handleRead(call, this.options.log),
        )
        .catch((error: unknown) => call.emit('error', error));
    };
    this.server.addService(StreamsService, { append, batchAppend, read });
    this.server.addService(ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, answer: (error: null, methods: SupportedMethods) => void) => {
        this.noted('server-features');
        answer(null, this.supportedMethods());
      },
    });
    this.server.addService(GossipService, {
      read: (_call: unknown, answer: (error: null, info: ClusterInfo) => void) => {
        this.noted('gossip');
        answer(null, this.options.gossip());
      },
    });
  }

  private async append({ stream, expected, events }: Append, metadata: Metadata): Promise<AppendAnswer | undefined> {
    await this.answering(metadata);
    const { log, maxAppendSize } = this.options;
    if (this.faults.isCut('before-write')) {
      this.relay.cut();
      return undefined;
    }
    const size = events.reduce(
      (sum, { type, data, metadata: meta }) => sum + 2 * type.length + data.length + meta.length,
      0,
    );
    if (size > maxAppendSize) return { kind: 'too-large', limit: maxAppendSize };
    const current = this.faults.wrongRevision();
    if (current !== undefined) return { kind: 'wrong-revision', current };
    const outcome = log.append(stream, expected, events);
    if (this.faults.isCut('after-write')) {
      this.relay.cut();
      return undefined;
    }
    return outcome;
  }

  /** Waits while answers are held back; then only the leader answers those who ask for it. */
  private async answering(metadata: Metadata): Promise<void> {
    await this.faults.released();
    this.authorization = metadata.get('authorization')[0]?.toString();
    if (metadata.get('requires-leader')[0] !== 'true') return;
    const leader = this.options.leader();
    if (leader === this.port) return;
    throw leader === undefined ? noLeader() : notLeader({ host: '127.0.0.1', port: leader });
  }

  private supportedMethods(): SupportedMethods {
    const methods = new SupportedMethods();
    methods.setEventStoreServerVersion('24.10.6');
    for (const name of ['append', 'read', ...(this.options.offersBatchAppend ? ['batchappend'] : [])]) {
      const method = new SupportedMethod();
      method.setServiceName('event_store.client.streams.streams');
      method.setMethodName(name);
      methods.addMethods(method);
    }
    return methods;
  }

  private noted(call: Call): void {
    this.calls.set(call, this.count(call) + 1);
  }
}

const noLeader = (): ServiceError => failure(status.UNKNOWN, 'No leader info available in response');
