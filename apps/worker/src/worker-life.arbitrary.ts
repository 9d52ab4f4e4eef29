import { HostBus, seal } from '@nebula/bus';
import { InProcessBus, InProcessControlBus, InProcessHostBus } from '@nebula/bus/in-process';
import type { AppGeneration, AppSpec, HostPort, HostReport, Selection, Snapshot } from '@nebula/domain';
import { Clock, type ContainerRuntime } from '@nebula/orchestration';
import { FakeRuntime } from '@nebula/orchestration/runtime/fake';
import { TestClock } from '@nebula/orchestration/reconcile/test-clock.arbitrary';
import { type DynamicModule, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostWorker } from './host-worker';
import { InboxController } from './inbox.controller';
import { WorkerModule } from './worker.module';

export const STORE = 'store-1';
export const INSTALLATION = 'shop';
export const INTERVAL_MS = 15_000;

export function generationOf(spec: AppSpec, generation = 1, more: Partial<AppGeneration> = {}): AppGeneration {
  const common = { createdAt: 'then', updatedAt: 'now', actor: 'me', bornAt: 1, restartedAt: 0, pulledAt: 0 };
  return { ...common, name: spec.name, generation, deleted: false, spec, ...more };
}

@Module({})
class WorkerProgram {}

@Module({})
class OneHostBus {
  static of(bus: HostBus): DynamicModule {
    return { module: OneHostBus, global: true, providers: [{ provide: HostBus, useValue: bus }], exports: [HostBus] };
  }
}

/** The clock of one life: with it ends all that was to come. */
class LifeClock extends Clock {
  over = false;

  constructor(private readonly whole: TestClock) {
    super();
  }

  override now = (): number => this.whole.now();
  override date = (): Date => this.whole.date();
  override random = (): number => this.whole.random();
  override after(ms: number, callback: () => void): () => void {
    return this.whole.after(ms, () => {
      if (!this.over) callback();
    });
  }
}

/** A machine, a bus, and on them one worker through its lives: started, stopped and killed, its file kept or lost. */
export class WorkerLife {
  readonly clock = new TestClock();
  readonly runtime = new FakeRuntime({ clock: this.clock });
  readonly meeting = new InProcessBus({ requestTimeoutMs: 50 });
  readonly control = new InProcessControlBus(this.meeting);
  readonly reports: HostReport[] = [];
  /** What the api would answer; undefined: nobody does. */
  snapshot: Snapshot | undefined = { groups: [], apps: [] };
  /** Longer than any test, but those of digests that stay away. */
  digestIntervalSeconds = 86_400;
  selection: Selection = { all: true, names: [] };
  hostId: string | undefined = 'host-1';
  ownPorts: HostPort[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'nebula-worker-'));
  file = join(this.folder, 'data', 'worker.json');
  private app?: INestMicroservice;
  private bus?: InProcessHostBus;
  private life?: { clock: LifeClock; dead: boolean };
  private lives = 0;

  async open(): Promise<this> {
    await this.control.subscribe('report', async ({ body }) => void this.reports.push(body));
    await this.control.answerSnapshots(async () => {
      if (!this.snapshot) throw new Error('nobody');
      return seal(INSTALLATION, STORE, { digestIntervalSeconds: this.digestIntervalSeconds, ...this.snapshot });
    });
    this.runtime.registry.push('web:1');
    return this;
  }

  async start(): Promise<void> {
    const clock = new LifeClock(this.clock);
    this.life = { clock, dead: false };
    this.bus = new InProcessHostBus(this.meeting);
    const worker = WorkerModule.register(
      {
        installation: INSTALLATION,
        selection: this.selection,
        hostId: this.hostId,
        file: this.file,
        reportIntervalMs: INTERVAL_MS,
        sweepMs: 60_000,
        maxRestartWaitMs: 0,
        settleMs: 1000,
        version: '3.0.0',
        ownPorts: this.ownPorts,
        login: () => undefined,
      },
      leashed(this.runtime, this.life),
      clock,
    );
    const program = { module: WorkerProgram, imports: [OneHostBus.of(this.bus), worker] };
    const strategy = this.bus.inbox(this.selection);
    this.app = await NestFactory.createMicroservice(program, { strategy, logger: false, abortOnError: false });
    await this.app.listen();
  }

  /** Whether it works on the Engine, once that is known. */
  works(): Promise<boolean> | undefined {
    return this.app?.get(HostWorker).works;
  }

  /** As SIGTERM does. */
  async stop(): Promise<void> {
    let ended = this.app === undefined;
    const end = this.app?.close().then(() => (ended = true));
    this.app = undefined;
    while (!ended) await this.clock.advance(1);
    await end;
  }

  /** As kill -9 does: nothing more is heard, said, done or written, in the middle of whatever it is. */
  kill(): void {
    if (!this.life || !this.bus) return;
    this.life.dead = true;
    this.life.clock.over = true;
    this.meeting.disconnect(this.bus);
    const next = join(this.folder, `worker.${++this.lives}.json`);
    if (existsSync(this.file)) copyFileSync(this.file, next);
    this.file = next;
    this.app = undefined;
  }

  loseFile(): void {
    rmSync(this.file, { force: true });
  }

  async close(): Promise<void> {
    await this.stop();
    this.meeting.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get inbox(): InboxController {
    if (!this.app) throw new Error('no worker');
    return this.app.get(InboxController);
  }

  /** Also what the api would answer from now on. */
  async publish(...apps: AppGeneration[]): Promise<void> {
    this.stored(...apps);
    for (const app of apps) await this.control.publish('app', seal(INSTALLATION, STORE, { app }));
  }

  stored(...apps: AppGeneration[]): void {
    const names = new Set(apps.map(({ name }) => name));
    const others = (this.snapshot?.apps ?? []).filter(({ name }) => !names.has(name));
    this.snapshot = { groups: [], ...this.snapshot, apps: [...others, ...apps] };
  }

  /** Lets time pass, and what needs the disk or the bus have its turn, until it is so. */
  async until(what: string, is: () => boolean, ms = 30_000): Promise<number> {
    return this.clock.until(what, is, ms);
  }

  /** What the host said last of an app. */
  said(app = 'web'): HostReport['apps'][number] | undefined {
    for (const report of this.reports.toReversed()) {
      const found = report.apps.find((each) => each.app === app);
      if (found || report.full || report.gone.includes(app)) return found;
    }
    return undefined;
  }

  async converged(generation: number, app = 'web'): Promise<number> {
    return this.until(`${app} ${generation} converged`, () => {
      const said = this.said(app);
      return said?.state === 'converged' && said.generation === generation;
    });
  }

  problems(): string[] {
    return this.reports.at(-1)?.problems.map(({ code }) => code) ?? [];
  }

  containers(): string[] {
    const ours = this.runtime.machine.all().filter(({ spec }) => 'nebula.app' in spec.labels);
    return ours.map(({ name, state, id }) => `${name} ${state} ${id.slice(0, 12)}`).toSorted();
  }
}

/** The machine as one life of a worker has it: a dead one's calls are neither made nor answered. */
function leashed(runtime: FakeRuntime, life: { dead: boolean }): ContainerRuntime {
  const never = new Promise<never>(() => undefined);
  return new Proxy(runtime, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        if (name === 'watch') return whileAlive(target.watch(...(args as Parameters<typeof target.watch>)), life);
        if (life.dead) return never;
        return (Reflect.apply(member, target, args) as Promise<unknown>).finally(() => (life.dead ? never : undefined));
      };
    },
  });
}

async function* whileAlive<T>(events: AsyncIterable<T>, life: { dead: boolean }): AsyncGenerator<T> {
  for await (const event of events) {
    if (life.dead) return;
    yield event;
  }
}
