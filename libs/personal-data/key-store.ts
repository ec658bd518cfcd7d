/**
 * The port to where the keys of personal data are kept, each wrapped by the master key: a file
 * beside the embedded stores, or MongoDB where several hosts share it.
 */
export interface KeyStore {
  /** The wrapped keys of those ids that are known; null for a key that was destroyed. */
  find(ids: readonly string[]): Promise<ReadonlyMap<string, string | null>>;

  /** Keeps keys durably under ids that are not known yet; of two under one id the first stays. */
  add(wrapped: ReadonlyMap<string, string>): Promise<void>;

  /** Overwrites a key for good, and refuses its id from then on, also one that never had a key. */
  destroy(id: string): Promise<void>;

  /** The value that identifies the right master key: the first that was ever given stays. */
  masterCheck(value: string): Promise<string>;

  /** Undefined when no erasure was followed yet. */
  followedTo(): Promise<FollowedTo | undefined>;

  noteFollowed(to: FollowedTo): Promise<void>;

  close(): Promise<void>;
}

/** Up to where in the history every erasure has reached the keys. */
export interface FollowedTo {
  readonly position: number;
  /** Id of the event behind it: tells another history, of which the position would mean nothing. */
  readonly nextEventId: string;
}
