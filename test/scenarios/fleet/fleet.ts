import { type Chaos, InProcessBus } from '@nebula/bus/in-process';
import type { Selection } from '@nebula/domain';
import { FakeRegistry } from '@nebula/orchestration/runtime/fake';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Control } from './control';
import { Host } from './host';
import { Machine } from './machine';
import { Person } from './person';
import { eventually } from './time';
import { differences } from './truth';

export interface FleetOptions {
  /** One host each, named host-1, host-2, …; default: three on every app. */
  selections?: Selection[];
  installation?: string;
  /** Between two rounds of digests, about. */
  digestMs?: number;
  reportMs?: number;
  chaos?: Chaos;
}

/** Durability is not what is tried here: where memory can hold files, nobody waits for a disk. */
const FOLDERS = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Longer than any scenario: digests are as good as off. */
export const NEVER_MS = 3_600_000;

export const all = (): Selection => ({ all: true, names: [] });
export const names = (...list: string[]): Selection => ({ all: false, names: list });
export const group = (name: string, ...list: string[]): Selection => ({ all: false, names: list, group: name });

/** An installation in one process: an api with its monitor, an unkind bus, and hosts with scripted Engines. */
export class Fleet {
  readonly hosts: Host[] = [];
  readonly registry = new FakeRegistry();
  readonly person = new Person(() => this.control.client);
  readonly bus: InProcessBus;
  readonly installation: string;
  private readonly machines: Machine[] = [];
  private running?: Control;
  private storeFolder: string;
  private stores = 0;

  private constructor(
    private readonly folder: string,
    private readonly options: FleetOptions,
  ) {
    this.installation = options.installation ?? 'fleet';
    this.bus = new InProcessBus({ requestTimeoutMs: 300, history: 1_000 });
    this.storeFolder = join(folder, 'store');
    for (const image of ['web:1', 'web:2', 'db:1', 'cache:1']) this.registry.push(image);
  }

  static async start(options: FleetOptions = {}): Promise<Fleet> {
    const fleet = new Fleet(await mkdtemp(join(FOLDERS, 'nebula-fleet-')), options);
    await fleet.startControl();
    const selections = options.selections ?? [all(), all(), all()];
    await Promise.all(selections.map((selection) => fleet.add(selection)));
    await fleet.known();
    // Only now: how a fleet comes up unkindly is a scenario of its own (a host that joins late).
    fleet.bus.setChaos(options.chaos);
    return fleet;
  }

  get control(): Control {
    if (!this.running) throw new Error('the api is down');
    return this.running;
  }

  /** The n-th host, from 1. */
  host(n: number): Host {
    const host = this.hosts[n - 1];
    if (!host) throw new Error(`there is no host ${n}`);
    return host;
  }

  /** @param machine one that another worker is on already, perhaps of another fleet */
  async add(selection: Selection, id = `host-${this.hosts.length + 1}`, machine = this.machine(id)): Promise<Host> {
    const host = new Host(id, selection, machine, {
      bus: this.bus,
      installation: this.installation,
      folder: this.folder,
      reportMs: this.reportMs,
    });
    this.hosts.push(host);
    await host.start();
    return host;
  }

  /** Resolves when the api has heard of every host. */
  async known(): Promise<void> {
    const ids = this.hosts.map(({ id }) => id);
    await eventually('every host is known', async () => {
      const known = new Set((await this.person.hosts()).map(({ id }) => id));
      return ids.filter((id) => !known.has(id));
    });
  }

  /** Resolves when machines and status are as the api's documents say. */
  async settles(): Promise<void> {
    await eventually('all is as the api says', () => differences(this));
    this.assertUntouched();
  }

  /** Fails when anything was touched that must not be. */
  assertUntouched(): void {
    const objections = this.machines.flatMap((machine) => machine.objections());
    if (objections.length > 0) throw new Error(`touched what must not be:\n  ${objections.join('\n  ')}`);
  }

  /** From now on nothing may happen to any container that runs now, of this app or of all. */
  guardAll(what: string, app?: string): void {
    for (const host of this.hosts)
      host.machine.guard(
        what,
        host.containers(app).map(({ id }) => id),
      );
  }

  releaseAll(): void {
    for (const host of this.hosts) host.machine.release();
  }

  async startControl(): Promise<void> {
    const { bus, installation } = this;
    const digestMs = this.options.digestMs ?? 150;
    this.running = await Control.start(this.storeFolder, { bus, installation, digestMs, reportMs: this.reportMs });
  }

  async stopControl(): Promise<void> {
    await this.control.stop();
    this.running = undefined;
  }

  async restartControl(): Promise<void> {
    await this.stopControl();
    await this.startControl();
  }

  /** A copy of the store as it is now. @returns what `restartOn` takes */
  async copyStore(): Promise<string> {
    const copy = join(this.folder, `copy-${this.stores++}`);
    await this.stopControl();
    await cp(this.storeFolder, copy, { recursive: true });
    await this.startControl();
    return copy;
  }

  /** The api comes back on another store; undefined: on an empty one. @returns the one that it had. */
  async restartOn(store = join(this.folder, `store-${this.stores++}`)): Promise<string> {
    const before = this.storeFolder;
    await this.stopControl();
    this.storeFolder = store;
    await this.startControl();
    return before;
  }

  /** The broker comes back without anything that it was told to keep: whose bus it is, too. */
  emptyBus(): void {
    this.bus.down();
    this.bus.up({ empty: true });
  }

  /** What the last of a failing scenario looked like, for whoever reads it. */
  async describe(): Promise<string> {
    const hosts = this.running ? await this.person.hosts().catch(() => []) : [];
    const lines = this.hosts.map((host) => {
      const { problems } = hosts.find(({ id }) => id === host.id) ?? { problems: 'unknown to the api' };
      const running = host.containers().map(({ name, state, owner }) => `${name} ${state} of ${owner.generation}`);
      return `${host.id}: ${running.join(', ') || 'nothing'}; ${JSON.stringify(problems)}`;
    });
    return [...lines, JSON.stringify(this.bus.counts)].join('\n  ');
  }

  async end(): Promise<void> {
    this.bus.setChaos(undefined);
    await Promise.all(this.hosts.map((host) => host.stop()));
    await this.running?.stop();
    this.bus.close();
    for (const machine of this.machines) machine.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  private machine(id: string): Machine {
    const machine = new Machine(id, this.registry);
    this.machines.push(machine);
    return machine;
  }

  private get reportMs(): number {
    return this.options.reportMs ?? 150;
  }
}
