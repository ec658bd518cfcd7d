/**
 * An EventStoreDB cluster for tests, in this process: the real gRPC protocol, by the definitions
 * that the client ships, over a log in memory, with faults that tests switch on. It shows that the
 * adapter and the official client speak the protocol and stand the faults; that a real server
 * agrees is shown by running the same suites against one (see `TEST_EVENT_STORE_URL` in the README).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import { ServerCredentials } from '@grpc/grpc-js';

import { EventLog } from './event-log';
import { Member, type MemberOptions } from './member';
import { uuid } from './messages';

export interface ClusterOptions {
  readonly members?: number;
  readonly offersBatchAppend?: boolean;
  /** In bytes; the server's default is 1 MiB. */
  readonly maxAppendSize?: number;
  /** Whether clients must come by TLS. */
  readonly tls?: boolean;
}

/** Its own authority, made for 127.0.0.1 and for nothing but these tests. */
export const CERTIFICATE = path.join(__dirname, 'certificate.pem');

function tlsCredentials(): ServerCredentials {
  const key = readFileSync(path.join(__dirname, 'certificate-key.pem'));
  return ServerCredentials.createSsl(null, [{ private_key: key, cert_chain: readFileSync(CERTIFICATE) }]);
}

export class TestCluster {
  readonly log = new EventLog();
  readonly members: Member[] = [];
  private leader: Member | undefined;

  static async start(options: ClusterOptions = {}): Promise<TestCluster> {
    const { members = 1, offersBatchAppend = true, maxAppendSize = 1024 * 1024, tls = false } = options;
    const cluster = new TestCluster();
    const memberOptions: MemberOptions = {
      log: cluster.log,
      offersBatchAppend,
      maxAppendSize,
      leader: () => cluster.leader?.port,
      gossip: () => cluster.gossip(),
      credentials: tls ? tlsCredentials() : ServerCredentials.createInsecure(),
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
