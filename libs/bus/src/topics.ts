import type {
  AppMessage,
  DigestMessage,
  Envelope,
  GroupMessage,
  HostReport,
  Snapshot,
  SnapshotRequest,
  StatusMessage,
} from '@nebula/domain';

/** Everything that travels, by topic. Desired state goes out to hosts, reports come in, nothing is addressed to one host. */
export interface Topics {
  /** api → every host that should hear it: see `Audience`. */
  app: AppMessage;
  group: GroupMessage;
  digest: DigestMessage;
  /** worker → monitor, each report to one of them. */
  report: HostReport;
  /** monitor → every api. */
  status: StatusMessage;
}
export type Topic = keyof Topics;

/** Question and answer, by topic: the answer is any one api's. */
export interface Requests {
  snapshot: { request: SnapshotRequest; reply: Snapshot };
}
export type RequestTopic = keyof Requests;

export type Message = { [T in Topic]: { topic: T; envelope: Envelope<Topics[T]> } }[Topic];

/**
 * What a host hears. Of apps: every one (`all`), those named, those of the group. The publisher says which groups an app
 * reaches (`Reach`), so a host subscribes once and never again, whatever its group gains or loses.
 */
export interface Audience {
  all: boolean;
  names: string[];
  group?: string;
}
