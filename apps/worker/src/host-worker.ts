import { randomUUID } from 'node:crypto';
import { HostBus, Refusal, seal } from '@nebula/bus';
import { type AppReport, type HostProblem, type Ownership, ownershipOf } from '@nebula/domain';
import {
  Clock,
  ContainerRuntime,
  DesiredState,
  EngineMark,
  Executor,
  HostFile,
  Memory,
  Observer,
  Reconciler,
} from '@nebula/orchestration';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HOST_DATA } from './worker.tokens';
import type { HostData } from './host-data';
import { hostIdOf } from './host-id';
import { Reporter, type ReportHeader } from './reporter';
import { Snapshots } from './snapshots';
import { WORKER_OPTIONS, type WorkerOptions } from './worker-options';

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
  private hostId: string | undefined;
  private away?: string;
  /** Since the Engine answered last, all of it was seen. */
  private observed = false;
  private reports: ReadonlyMap<string, AppReport> = new Map();
  private refused?: { count: number; last: string };

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
      onVolume: (event) => this.mark.onVolume(event),
      onAway: (error) => this.engineAway(error),
    });
    const runningSince = (id: string): number | undefined => this.observer.runningSince(id);
    const save = (): void => void this.file.save();
    this.memory = new Memory(clock, { maxRestartWaitMs, runningSince, onChange: save }, saved?.memory);
    this.file = new HostFile(
      options.file,
      () => this.toSave(),
      (error) => this.logger.error(`Can't save: ${error}`),
    );
    this.mark = new EngineMark(runtime, clock, {
      installation,
      token: this.start,
      onChange: (held) => this.markChanged(held),
    });
    this.reconciler = this.makeReconciler();
    this.reporter = new Reporter(clock, {
      start: this.start,
      intervalMs: options.reportIntervalMs,
      host: () => this.hostId,
      header: () => this.header(),
      send: (report) => bus.report(seal(installation, desired.followedStore ?? '', report)),
    });
    this.snapshots = new Snapshots(bus, desired, clock, {
      installation,
      host: () => this.hostId,
      seen: () => this.seen(),
      onChange: () => this.desiredChanged(),
      onRefused: (refusal) => this.refuse(refusal),
    });
  }

  onApplicationBootstrap(): void {
    this.observer.start();
    this.bus.onConnected(() => {
      this.snapshots.ask();
      this.reporter.resend();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.snapshots.stop();
    this.reporter.stop();
    await this.reconciler.stop();
    await this.mark.release();
    await this.observer.stop();
    await this.file.save();
  }

  /** Takes a change of desired state. @param change what to hear; tells whether anything changed */
  hear(change: (desired: DesiredState) => boolean): void {
    if (change(this.desired)) this.desiredChanged();
    else this.reporter.changed();
  }

  /** This host missed something: it asks for all it needs. */
  missed(): void {
    this.snapshots.ask(1000);
  }

  /** A message that was not taken in. Another installation's are not even counted here: the broker is to blame. */
  refuse({ reason, detail }: Refusal): void {
    this.refused = { count: (this.refused?.count ?? 0) + 1, last: `${reason}${detail}` };
    this.reporter.changed();
  }

  private makeReconciler(): Reconciler {
    const { installation, login } = this.options;
    const { runtime, observer, desired, memory, clock } = this;
    const networkId = (name: string): string | undefined =>
      observer
        .networks()
        .filter((network) => network.name === name)
        .map(({ id }) => id)
        .toSorted()[0];
    const executor = new Executor(runtime, { installation, networkId, login });
    const onReports = (reports: ReadonlyMap<string, AppReport>): void => {
      this.reports = reports;
      this.reporter.update(reports);
    };
    const onError = (error: unknown): void => this.logger.error(error);
    return new Reconciler({ installation, runtime, observer, desired, memory, executor, clock, onReports, onError });
  }

  private desiredChanged(): void {
    void this.file.save();
    this.reconciler.wake();
    this.reporter.changed();
  }

  private engineChanged(): void {
    if (!this.observer.ready) return;
    const first = this.hostId === undefined;
    this.away = undefined;
    if (this.observer.engine) this.hostId ??= hostIdOf(this.observer.engine);
    if (first) this.snapshots.ask();
    // Again after each return of the Engine: its restart may have given the mark to another.
    if (!this.observed) void this.mark.acquire();
    this.observed = true;
    this.reconciler.wake();
    this.reporter.changed();
  }

  private engineAway(error: string): void {
    if (this.away === undefined) this.logger.warn(`Docker Engine does not answer: ${error}`);
    this.away = error;
    this.observed = false;
    const away = { state: 'failed', reason: 'engine-away', error } as const;
    this.reporter.update(new Map([...this.reports].map(([name, report]) => [name, { ...report, ...away }])));
  }

  private markChanged(held: boolean): void {
    if (held) this.reconciler.resume();
    else {
      this.logger.warn('Another worker of this installation works on this Docker Engine: this one stands aside.');
      void this.reconciler.pause();
    }
    this.reporter.changed();
  }

  /** What the labels of this installation's containers say. */
  private seen(): Ownership[] {
    return [...this.observer.containers()].flatMap(({ labels }) => {
      const owner = ownershipOf(labels);
      return owner?.installation === this.options.installation ? [owner] : [];
    });
  }

  private header(): ReportHeader {
    const { selection, followedStore: store, groupGeneration } = this.desired;
    const { engine } = this.observer;
    const problems = [...this.desired.problems(), ...this.ownProblems()];
    return { selection, groupGeneration, store, workerVersion: this.options.version, engine, problems };
  }

  private ownProblems(): HostProblem[] {
    const problems: HostProblem[] = [];
    if (this.away !== undefined) problems.push({ code: 'engine-away', detail: this.away });
    else if (this.observer.ready && !this.mark.isHeld) {
      problems.push({
        code: 'second-worker',
        detail: 'Another worker of this installation works on this Docker Engine.',
      });
    }
    if (this.refused) {
      const { count, last } = this.refused;
      problems.push({ code: 'bad-messages', detail: `${count} messages were refused, the last one: ${last}` });
    }
    return problems;
  }

  private toSave(): HostData {
    return { version: 1, desired: this.desired.save(), memory: this.memory.save() };
  }
}
