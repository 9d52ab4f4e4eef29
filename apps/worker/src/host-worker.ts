import { randomUUID } from 'node:crypto';
import { HostBus, type Refusal, seal } from '@nebula/bus';
import { type AppReport, cutText, type DigestMessage, type HostProblem, LIMITS, type Ownership } from '@nebula/domain';
import {
  awayReports,
  Clock,
  ContainerRuntime,
  DesiredState,
  EngineMark,
  Executor,
  HostFile,
  type LastEnd,
  Memory,
  Observer,
  oursOf,
  Reconciler,
} from '@nebula/orchestration';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Doubts } from './doubts';
import { Hearing } from './hearing';
import { HOST_DATA } from './worker.tokens';
import type { HostData } from './host-data';
import { hostIdOf } from './host-id';
import { RefusedMessages } from './refused-messages';
import { Reporter, type ReportHeader } from './reporter';
import { Snapshots } from './snapshots';
import { WORKER_OPTIONS, type WorkerOptions } from './worker-options';

/** Every host hears at once of a store that took over: they ask within this time, ms. */
const SUCCESSION_SPREAD_MS = 1000;
/** A host that comes (back) tells of itself with what its snapshot changed, if that is there so soon: ms. */
const ANSWER_MS = 1000;
const SECOND_WORKER = 'Another worker of this installation works on this Docker Engine';
/** What could not be saved is tried again after this, ms. */
const SAVE_AGAIN_MS = 5000;

/** The one worker of a Docker host: joins the loop to the bus, to the host's disk and to the Engine. Only wiring. */
@Injectable()
export class HostWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Worker');
  private readonly start = randomUUID();
  private readonly observer: Observer;
  private readonly memory: Memory;
  private readonly mark: EngineMark;
  private readonly reconciler: Reconciler;
  private readonly file: HostFile<HostData>;
  private readonly reporter: Reporter;
  private readonly snapshots: Snapshots;
  private readonly doubts: Doubts;
  readonly hearing: Hearing;
  private hostId: string | undefined;
  private stopped = false;
  /** Another worker has the Engine, and lives. */
  private aside = false;
  private readonly firstWord = Promise.withResolvers<boolean>();
  private away?: string;
  /** Since the Engine answered last, all of it was seen. */
  private observed = false;
  private reports: ReadonlyMap<string, AppReport> = new Map();
  private saveAgain?: () => void;
  /** Why the host's file could not be saved the last time. */
  private unsaved: string | undefined;
  private readonly refused = new RefusedMessages();

  constructor(
    @Inject(WORKER_OPTIONS) private readonly options: WorkerOptions,
    @Inject(HOST_DATA) saved: HostData | undefined,
    private readonly desired: DesiredState,
    private readonly runtime: ContainerRuntime,
    private readonly clock: Clock,
    private readonly bus: HostBus,
  ) {
    const { installation, sweepMs, maxRestartWaitMs } = options;
    this.hostId = options.hostId;
    this.observer = new Observer(runtime, clock, {
      sweepMs,
      onChange: () => this.engineChanged(),
      onVolume: (event) => {
        this.mark.onVolume(event);
        if (event.action === 'destroy') this.reconciler.volumeIsGone(event.name);
      },
      onAway: (error) => this.engineAway(error),
    });
    const runningSince = (id: string): number | undefined => this.observer.runningSince(id);
    const restartingSince = (id: string): number | undefined => this.observer.lives.restartingSince(id);
    const lastEnd = (id: string): LastEnd | undefined => this.observer.lives.lastEnd(id);
    const onChange = (): void => void this.file.save();
    const memoryOptions = { maxRestartWaitMs, runningSince, restartingSince, lastEnd, onChange };
    this.memory = new Memory(clock, memoryOptions, saved?.memory);
    this.file = new HostFile(
      options.file,
      () => this.toSave(),
      (error) => this.saved(error),
    );
    this.mark = new EngineMark(runtime, clock, {
      installation,
      token: this.start,
      onChange: (held) => this.markChanged(held),
      onAside: () => this.standAside(),
    });
    this.reconciler = this.makeReconciler();
    this.reporter = new Reporter(clock, {
      start: this.start,
      intervalMs: options.reportIntervalMs,
      host: () => this.hostId,
      header: () => this.header(),
      isHeard: () => bus.state() !== 'away',
      send: (report) => bus.report(seal(installation, desired.followedStore ?? '', report)),
    });
    this.snapshots = new Snapshots(bus, desired, clock, {
      installation,
      host: () => this.hostId,
      seen: () => this.seen(),
      onChange: () => this.desiredChanged(),
      onSuccession: () => this.memory.forgetImages(),
      onRefused: (refusal) => this.refuse(refusal),
      onAnswered: (snapshot) => this.hearing.answered(snapshot),
      onUnanswered: () => this.hearing.unanswered(),
    });
    this.hearing = new Hearing(bus, clock, {
      selection: desired.selection,
      ask: () => this.snapshots.ask(),
      onChange: () => this.tell(),
    });
    this.doubts = new Doubts(clock, () => {
      this.snapshots.ask();
      this.hearing.missed();
    });
  }

  onApplicationBootstrap(): void {
    this.observer.start();
    this.bus.onConnected(() => {
      this.hearing.connected();
      this.snapshots.ask();
      this.reporter.resend(ANSWER_MS);
      // Where the broker was not to be reached, the registry may not have been either.
      this.reconciler.networkIsBack();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.doubts.stop();
    this.hearing.stop();
    this.snapshots.stop();
    this.reporter.stop();
    await this.reconciler.stop();
    await this.mark.release();
    await this.observer.stop();
    await this.file.save();
    this.saveAgain?.();
  }

  /** Resolves once the Engine's mark has told: true, this worker works on it; false, another one does, and it stands aside. */
  get works(): Promise<boolean> {
    return this.firstWord.promise;
  }

  /** Whether this store took the place of the one that this host follows: then its snapshot is asked for. */
  isToAskAnew(store: string): boolean {
    if (!this.desired.isSucceededBy(store)) return false;
    this.snapshots.askSuccessor(store, SUCCESSION_SPREAD_MS);
    return true;
  }

  /** Takes a change of desired state. @param change what to hear; tells whether anything changed */
  hear(change: (desired: DesiredState) => boolean): void {
    if (change(this.desired)) this.desiredChanged();
    else this.reporter.changed();
  }

  /** @param isSame whether this host has what it is told that there is; if not, it missed something, and asks */
  compare(digest: DigestMessage, isSame: (desired: DesiredState) => boolean): void {
    this.hearing.heard(digest);
    if (!isSame(this.desired)) this.doubts.add(() => isSame(this.desired));
    this.reporter.changed();
  }

  refuse(refusal: Refusal): void {
    this.refused.add(refusal);
    this.reporter.changed();
  }

  private makeReconciler(): Reconciler {
    const { installation, settleMs, ownPorts, login } = this.options;
    const { runtime, observer, desired, memory, clock } = this;
    const networkId = (name: string): string | undefined =>
      observer
        .networks()
        .filter((network) => network.name === name)
        .map(({ id }) => id)
        .toSorted()[0];
    const engineTime = (): number => observer.engineTime();
    const executor = new Executor(runtime, { installation, engineTime, networkId, login });
    const onReports = (reports: ReadonlyMap<string, AppReport>): void => {
      this.reports = reports;
      this.tell();
    };
    const onError = (error: unknown): void => this.logger.error(error);
    const parts = { installation, runtime, observer, desired, memory, executor, clock, settleMs, ownPorts };
    const onRemoved = (told: string): void => this.logger.log(told);
    return new Reconciler({ ...parts, onReports, onRemoved, onError });
  }

  private desiredChanged(): void {
    void this.file.save();
    this.reconciler.wake();
    this.tell();
  }

  private engineChanged(): void {
    if (!this.observer.ready || !this.observer.engine) return;
    this.hostId ??= hostIdOf(this.observer.engine);
    if (!this.observed) this.engineIsThere();
    this.reconciler.wake();
    this.reporter.changed();
  }

  /** For the first time, or again: then its restart may have given the mark to another worker. */
  private engineIsThere(): void {
    this.observed = true;
    this.away = undefined;
    this.memory.engineIsBack();
    void this.mark.acquire();
    // What becomes of a container whose app was never heard of (the file is lost, say), only the store can tell.
    if (this.seen().some(({ app }) => !this.desired.newest(app))) this.snapshots.ask();
  }

  private engineAway(error: string): void {
    if (this.away === undefined) this.logger.warn(`Docker Engine does not answer: ${error}`);
    this.away = cutText(error, LIMITS.errorText);
    this.observed = false;
    this.tell();
  }

  private tell(): void {
    const { away, reports } = this;
    const isThere = away === undefined;
    this.reporter.update(isThere ? this.hearing.reports(reports) : awayReports(reports, this.desired.wanted(), away));
  }

  private saved(error: unknown): void {
    const unsaved = error === undefined ? undefined : String(error);
    // What is the same as before is told once, not at each try.
    if (unsaved !== this.unsaved) {
      if (unsaved === undefined) this.logger.log("The host's file is saved again");
      else this.logger.error(`The host's file can't be saved: ${unsaved}`);
    }
    this.unsaved = unsaved;
    if (unsaved === undefined) return;
    this.saveAgain?.();
    if (!this.stopped) this.saveAgain = this.clock.after(SAVE_AGAIN_MS, () => void this.file.save());
  }

  private markChanged(held: boolean): void {
    if (held) {
      if (this.aside)
        this.logger.log('The other worker on this Docker Engine is gone: this one works on it from now on.');
      this.aside = false;
      this.firstWord.resolve(true);
      this.reconciler.resume();
    } else void this.reconciler.pause();
    this.reporter.changed();
  }

  private standAside(): void {
    this.aside = true;
    this.logger.warn(`${SECOND_WORKER}: this one stands aside.`);
    this.firstWord.resolve(false);
    this.reporter.changed();
  }

  /** What the labels of this installation's own containers say. */
  private seen(): Ownership[] {
    const { own } = oursOf(this.observer.containers(), this.options.installation, this.memory);
    return own.map(({ owner }) => owner);
  }

  private header(): ReportHeader {
    const { selection, followedStore: store, groupGeneration } = this.desired;
    const { engine } = this.observer;
    const problems = [...this.desired.problems(), ...this.ownProblems()];
    return { selection, groupGeneration, store, workerVersion: this.options.version, engine, problems };
  }

  private ownProblems(): HostProblem[] {
    const problems = this.hearing.problems();
    if (this.away !== undefined) problems.push({ code: 'engine-away', detail: this.away });
    else if (this.observer.ready && this.mark.isAnothers) {
      problems.push({ code: 'second-worker', detail: `${SECOND_WORKER}.` });
    }
    return [...problems, ...this.refused.problems()];
  }

  private toSave(): HostData {
    return { version: 1, desired: this.desired.save(), memory: this.memory.save() };
  }
}
