import { type AppGeneration, DomainError, type Generation, type GroupGeneration } from '@nebula/domain';

export interface Page {
  /** Names after this one, in code point order; absent: from the start. */
  after?: string;
  limit: number;
}

/** Which names a caller may see; absent: all. Taken into the query, never filtered afterwards. */
export interface NameFilter {
  names?: readonly string[];
}

/**
 * Generations of one kind of noun, as a log: the insert of a generation is the compare-and-set, and its mark "not yet
 * published" is the outbox. A write has happened for certain (fsynced) when its promise resolves.
 *
 * When the store is away, every method of this and the other ports of the store rejects within three seconds with a
 * DomainError of kind 'unavailable': 'store-away' when certainly nothing was stored, 'store-unknown' when a write may
 * have been, or still will be. Repeating a call is safe after both.
 */
export abstract class GenerationStore<G extends Generation> {
  /**
   * Stores a generation. It must be the successor of the newest one of its name (or the first).
   * @returns false when another was stored first: read again, decide again
   */
  abstract append(generation: G): Promise<boolean>;

  /** The newest generation of the name, tombstones included, to be read only; undefined: there never was one. */
  abstract newest(name: string): Promise<G | undefined>;

  /** Newest generations of these names, tombstones included, those that exist. */
  abstract newestOf(names: readonly string[]): Promise<G[]>;

  /** Newest generations, by name, without tombstones. */
  abstract list(page: Page & NameFilter): Promise<G[]>;

  /** The newest generations that are tombstones, last stored first: what was deleted lately and not created again. */
  abstract lastDeleted(limit: number): Promise<G[]>;

  /** All kept generations of a name, newest first, those below `before`. */
  abstract generations(name: string, page: { before?: number; limit: number }): Promise<G[]>;

  /** Newest-of-their-name generations that are stored but not marked as published, oldest stored first. */
  abstract unpublished(limit: number): Promise<G[]>;
  /** Marks this generation, and all older ones of the name, as published. */
  abstract published(name: string, generation: number): Promise<void>;

  /** Removes all but the newest `keep` generations of a name. */
  abstract prune(name: string, keep: number): Promise<void>;
}

export abstract class AppStore extends GenerationStore<AppGeneration> {}

export abstract class GroupStore extends GenerationStore<GroupGeneration> {
  /** Names of the groups whose newest list has the app. */
  abstract listing(app: string): Promise<string[]>;
}

/** Of an identity, in characters: it is also a name at the broker. */
const MAX_IDENTITY = 255;

/** The store as a whole. */
export abstract class StoreIdentity {
  /**
   * Random, made by whoever asks a new store first; every message carries it. Of a store that was emptied or replaced
   * under us it is the new one, within a second.
   */
  abstract id(): Promise<string>;
  /**
   * Gives the store another identity, durably. When it resolves no replica says the one before any more.
   * @returns false when it is not, or no more, the one before: read again, decide again
   * @throws DomainError('malformed', 'invalid-identity') unless it has 1 to 255 characters
   */
  abstract replace(before: string, next: string): Promise<boolean>;
  /** Writes durably and reads back; rejects with DomainError('unavailable', 'store-away') when it can't. */
  abstract check(): Promise<void>;
}

export function checkIdentity(identity: string): void {
  if (identity.length === 0 || identity.length > MAX_IDENTITY)
    throw new DomainError(
      'malformed',
      'invalid-identity',
      `The identity of a store has 1 to ${MAX_IDENTITY} characters.`,
    );
}
