/**
 * An EventStoreDB cluster for tests, in this process: the real gRPC protocol, by the definitions
 * that the client ships, over a log in memory, with faults that tests switch on. It shows that the
 * adapter and the official client speak the protocol and stand the faults; that a real server
 * agrees is shown by running the same suites against one (see `TEST_EVENT_STORE_URL` in the README).
 */
import { EndPoint, ClusterInfo, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import { ServerCredentials } from '@grpc/grpc-js';

import { EventLog } from './event-log';
import { uuid } from './messages';
import { Member, type MemberOptions } from './member';

export interface ClusterOptions {
  readonly members?: number;
  readonly offersBatchAppend?: boolean;
  /** In bytes; the server's default is 1 MiB. */
  readonly maxAppendSize?: number;
  /** PEM texts; without them there is no TLS. */
  readonly tls?: { readonly key: Buffer; readonly certificate: Buffer };
}

export class TestCluster {
  readonly log = new EventLog();
  readonly members: Member[] = [];
  private leader: Member | undefined;

  static async start(options: ClusterOptions = {}): Promise<TestCluster> {
    const { members = 1, offersBatchAppend = true, maxAppendSize = 1024 * 1024, tls } = options;
    const cluster = new TestCluster();
    const memberOptions: MemberOptions = {
      log: cluster.log,
      offersBatchAppend,
      maxAppendSize,
      leader: () => cluster.leader?.port,
      gossip: () => cluster.gossip(),
      credentials:
        tls === undefined
          ? ServerCredentials.createInsecure()
          : ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.certificate }]),
    };
    for (let index = 0; index < members; index += 1) cluster.members.push(await Member.start(memberOptions));
    cluster.leader = cluster.members[0];
    return cluster;
  }

  /** A connection string that names every member. */
  get url(): string {
    return `esdb://${this.members.map(({ port }) => `127.0.0.1:${port}`).join(',')}?tls=false`;
  }

  /** The member that leads, or the first while none does. */
  get current(): Member {
    return this.leader ?? this.members[0]!;
  }

  /** Another member leads from now on, or none. */
  elect(index: number | undefined): void {
    this.leader = index === undefined ? undefined : this.members[index];
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }

  private gossip(): ClusterInfo {
    const info = new ClusterInfo();
    for (const member of this.members) {
      const endPoint = new EndPoint();
      endPoint.setAddress('127.0.0.1');
      endPoint.setPort(member.port);
      const entry = new MemberInfo();
      entry.setInstanceId(uuid(crypto.randomUUID()));
      entry.setTimeStamp('0');
      entry.setIsAlive(true);
      const { LEADER, FOLLOWER } = MemberInfo.VNodeState;
      entry.setState(member === this.leader ? LEADER : FOLLOWER);
      entry.setHttpEndPoint(endPoint);
      info.addMembers(entry);
    }
    return info;
  }
}
