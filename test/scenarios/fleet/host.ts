import { HostBus } from '@nebula/bus';
import { type InProcessBus, InProcessHostBus } from '@nebula/bus/in-process';
import type { Selection } from '@nebula/domain';
import { WorkerModule, type WorkerOptions } from '@nebula/worker';
import { type DynamicModule, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Leash } from './leash';
import type { Machine, Seen } from './machine';
import { LifeClock, SPEED } from './time';

export interface HostSettings {
  bus: InProcessBus;
  installation: string;
  /** Of the test: its files are in it. */
  folder: string;
  reportMs: number;
}

/** From one start of a worker to its end. */
interface Life {
  app: INestMicroservice;
  bus: InProcessHostBus;
  clock: LifeClock;
  leash: Leash;
  file: string;
}

@Module({})
class WorkerProgram {}

@Module({})
class HostBusModule {
  static of(bus: HostBus): DynamicModule {
    return {
      module: HostBusModule,
      global: true,
      providers: [{ provide: HostBus, useValue: bus }],
      exports: [HostBus],
    };
  }
}

/** One worker on one machine, in an application of its own, through its lives. */
export class Host {
  private life?: Life;
  private lives = 0;
  /** The worker's file as its last life left it. */
  private kept?: string;

  constructor(
    readonly id: string,
    public selection: Selection,
    readonly machine: Machine,
    private readonly settings: HostSettings,
  ) {}

  get alive(): boolean {
    return this.life !== undefined;
  }

  containers(app?: string): Seen[] {
    const all = this.machine.owned(this.settings.installation);
    return app === undefined ? all : all.filter(({ owner }) => owner.app === app);
  }

  async start(): Promise<void> {
    const { bus: meeting, folder } = this.settings;
    const file = join(folder, `${this.id}.${this.lives++}.json`);
    if (this.kept) copyFileSync(this.kept, file);
    const [bus, clock, leash] = [new InProcessHostBus(meeting), new LifeClock(), new Leash(this.machine.runtime)];
    const worker = WorkerModule.register(this.options(file), leash.runtime, clock);
    const program = { module: WorkerProgram, imports: [HostBusModule.of(bus), worker] };
    const strategy = bus.inbox(this.selection);
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(program, {
      strategy,
      logger: false,
      abortOnError: false,
    });
    await app.listen();
    this.life = { app, bus, clock, leash, file };
  }

  /** As on SIGTERM. */
  async stop(): Promise<void> {
    const { life } = this;
    if (!life) return;
    this.life = undefined;
    await life.app.close();
    life.clock.end();
    this.settings.bus.disconnect(life.bus);
    this.kept = existsSync(life.file) ? life.file : undefined;
  }

  /** As kill -9: whatever it was about to do, it does not; what it asked the Engine for, happens. */
  kill(): void {
    const { life } = this;
    if (!life) return;
    this.life = undefined;
    life.leash.cut();
    life.clock.end();
    this.settings.bus.disconnect(life.bus);
    this.kept = undefined;
    if (!existsSync(life.file)) return;
    // What it is writing still goes to a file that nobody reads any more.
    this.kept = `${life.file}.left`;
    copyFileSync(life.file, this.kept);
  }

  loseFile(): void {
    this.kept = undefined;
  }

  /** Of a worker that has ended: its file now holds this. */
  spoilFile(text: string): void {
    if (this.kept) writeFileSync(this.kept, text);
  }

  cutOff(): void {
    if (this.life) this.settings.bus.disconnect(this.life.bus);
  }

  comeBack(): void {
    if (this.life) this.settings.bus.reconnect(this.life.bus);
  }

  /** The broker loses a way to this host, and tells nobody. */
  loseWay(way: 'desired' | 'answers', options?: { bindingHelps: boolean }): void {
    this.settings.bus.loseWays(way, this.voice, options);
  }

  /** A host's end of the bus, to say on it what no worker would. */
  get voice(): InProcessHostBus {
    if (!this.life) throw new Error(`${this.id} is dead`);
    return this.life.bus;
  }

  private options(file: string): WorkerOptions {
    const { installation, reportMs } = this.settings;
    return {
      installation,
      selection: this.selection,
      hostId: this.id,
      file,
      reportIntervalMs: reportMs * SPEED,
      sweepMs: 1000 * SPEED,
      maxRestartWaitMs: 0,
      settleMs: 1000,
      version: '3.0.0',
      login: () => undefined,
    };
  }
}
