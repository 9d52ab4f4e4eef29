import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '@nebula/domain';
import { Logger } from '@nestjs/common';
import mongoose, { type Connection, type Model, type Schema } from 'mongoose';
import { InTurn } from '../in-turn';
import { Deadline } from './deadline';
import {
  type DetailDocument,
  DetailSchema,
  type GenerationDocument,
  GenerationSchema,
  type HostDocument,
  HostSchema,
  type MetaDocument,
  MetaSchema,
} from './documents';
import { DocumentsOf } from './documents-of';
import type { CollectionName } from './indexes';
import { migrate } from './migrations';
import { storeAway } from './mongo-errors';
import { CONNECT_OPTIONS, type MongoOptions } from './mongo-options';
import { FERRETDB_1, MONGODB, type Server } from './server';

/** The start waits this long, to say at once what no waiting mends. A server that is away holds up nothing more. */
const START_MS = 2_000;
const RETRY_MS = { first: 250, most: 5_000 };
/** While the hosts of a change are at work: longer than most of them need for it. */
const BREATH_MS = 500;
/** The first migration makes indexes: longer than any one change takes. */
const MIGRATION_MS = 60_000;

/** The connection to the database, which comes when it comes, and comes back by itself. */
export class MongoDatabase {
  readonly apps: DocumentsOf<GenerationDocument>;
  readonly deviceGroups: DocumentsOf<GenerationDocument>;
  readonly hosts: DocumentsOf<HostDocument>;
  readonly hostApps: DocumentsOf<DetailDocument>;
  readonly meta: DocumentsOf<MetaDocument>;
  /** Known when it is open. */
  server: Server = MONGODB;

  private readonly log = new Logger('Store');
  private readonly writes = new InTurn();
  private readonly background = new Set<Promise<unknown>>();
  private hurry = new AbortController();
  private refusal: DomainError = storeAway('is not connected yet');
  private isOpen = false;
  private isPreparing = false;
  private readonly ending = new AbortController();
  private readonly opened: Promise<void>;

  private constructor(
    readonly connection: Connection,
    private readonly options: MongoOptions,
  ) {
    this.apps = this.documents('apps', GenerationSchema);
    this.deviceGroups = this.documents('device_groups', GenerationSchema);
    this.hosts = this.documents('hosts', HostSchema);
    this.hostApps = this.documents('host_apps', DetailSchema);
    this.meta = this.documents('meta', MetaSchema);
    this.opened = this.connect();
  }

  /**
   * Resolves when the database can be used, or after two seconds in any case.
   * @throws DomainError('unavailable', 'store-newer' | 'store-url'), which a person has to put right
   */
  static async open(options: MongoOptions): Promise<MongoDatabase> {
    const database = new MongoDatabase(mongoose.createConnection(), options);
    try {
      await new Deadline(START_MS).before(database.opened, () => database.refusal).catch(() => undefined);
      if (!database.isOpen && database.refusal.code !== 'store-away') throw database.refusal;
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** For one method of a port. */
  deadline(): Deadline {
    return new Deadline();
  }

  /** What nobody waits for, and whose failing harms nothing. `close` waits for it. */
  inBackground(work: Promise<unknown>): void {
    const settled = work.catch(() => undefined);
    this.background.add(settled);
    void settled.then(() => this.background.delete(settled));
  }

  /** Some time in which things gather that nobody waits for. */
  async breath(): Promise<void> {
    await pause(BREATH_MS, undefined, { signal: this.hurry.signal }).catch(() => undefined);
  }

  /** When all that nobody waited for until now is done. */
  async settled(): Promise<void> {
    this.hurry.abort();
    this.hurry = new AbortController();
    await Promise.all(this.background);
  }

  /** Makes what a database needs that is empty, or of an older version. */
  async prepare(): Promise<void> {
    await migrate(this, new Deadline(MIGRATION_MS));
  }

  async close(): Promise<void> {
    this.ending.abort();
    // What is left then, others find as they would after a crash.
    await this.deadline()
      .before(this.settled(), () => storeAway('is closed'))
      .catch(() => undefined);
    await this.opened;
    this.isOpen = false;
    this.refusal = storeAway('is closed');
    await this.connection.close(true).catch(() => undefined);
  }

  private documents<T extends { _id: string }>(name: CollectionName, schema: Schema<T>): DocumentsOf<T> {
    const model = this.connection.model(name, schema as Schema, name) as unknown as Model<T>;
    return new DocumentsOf(model, this);
  }

  /** A write to any collection, in its turn where writers have to take turns. */
  inTurn<R>(write: () => Promise<R>): Promise<R> {
    return this.server.hasOneWriter ? this.writes.run('', write) : write();
  }

  assertOpen(): void {
    // Until it is migrated, the migration alone uses it: nobody else has this database yet.
    if (!this.isOpen && !this.isPreparing) throw this.refusal;
  }

  /** Until the database was open once; from then on the driver mends what breaks. Never rejects. */
  private async connect(): Promise<void> {
    for (let wait = RETRY_MS.first; !this.ending.signal.aborted; wait = Math.min(wait * 2, RETRY_MS.most)) {
      try {
        await this.openOnce();
        return;
      } catch (error) {
        this.refuse(error);
      }
      await pause(wait * (0.5 + Math.random()), undefined, { signal: this.ending.signal }).catch(() => undefined);
    }
  }

  private async openOnce(): Promise<void> {
    if (this.connection.readyState !== mongoose.ConnectionStates.connected)
      await this.connection.openUri(this.options.url, { ...CONNECT_OPTIONS, dbName: this.options.database });
    this.server = (await this.isFerretDb1()) ? FERRETDB_1 : MONGODB;
    this.isPreparing = true;
    try {
      await this.prepare();
    } finally {
      this.isPreparing = false;
    }
    this.isOpen = true;
    this.log.log('The store is there');
  }

  /** By kind alone: the driver's words may hold the address. */
  private refuse(error: unknown): void {
    const name = error instanceof Error ? error.name : '';
    const next =
      error instanceof DomainError
        ? error
        : /Parse|InvalidArgument|APIError|^MongoRuntimeError$/.test(name)
          ? new DomainError('unavailable', 'store-url', `The address of the store cannot be read (${name}).`)
          : storeAway(`cannot be reached (${name})`);
    if (next.message !== this.refusal.message) this.log.warn(next.message);
    this.refusal = next;
  }

  private async isFerretDb1(): Promise<boolean> {
    const info = await this.connection.getClient().db().admin().command({ buildInfo: 1 });
    return 'ferretdbVersion' in info;
  }
}
