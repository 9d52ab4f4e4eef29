import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type HostCounts, type HostSetting, noCounts, type Note, type Order, type Telling } from './orders';

const PROGRAM = join(__dirname, 'host-process.mjs');

interface HostProcess {
  child: ChildProcess;
  hosts: string[];
  counts: HostCounts;
}

/** All simulated hosts, some to a process. */
export class HostPool {
  private readonly processes: HostProcess[] = [];
  private ending = false;
  private made = 0;
  private readonly past = noCounts();

  constructor(
    private readonly setting: HostSetting,
    private readonly hostsPerProcess: number,
    private readonly onNotes: (notes: readonly Note[]) => void,
  ) {}

  /** Those that were told to start, and were not ended. */
  get hosts(): string[] {
    return this.processes.flatMap(({ hosts }) => hosts);
  }

  /** Of all that there ever were; `running` of those now. */
  get counts(): HostCounts {
    const sum = { ...this.past };
    for (const { counts } of this.processes) add(sum, counts);
    return sum;
  }

  get pids(): number[] {
    return this.processes.flatMap(({ child }) => child.pid ?? []);
  }

  /**
   * Makes so many hosts and resolves to what lets them join, all at once: what a worker takes to load its code is none of
   * the time that a join takes.
   */
  async prepare(count: number): Promise<() => string[]> {
    const names = Array.from({ length: count }, () => `sim-${String(++this.made).padStart(6, '0')}`);
    const each = Math.ceil(count / Math.ceil(count / this.hostsPerProcess));
    const opening: Promise<HostProcess>[] = [];
    for (let first = 0; first < count; first += each) opening.push(this.open(names.slice(first, first + each)));
    const processes = await Promise.all(opening);
    return () => {
      for (const { child } of processes) send(child, { do: 'join' });
      return names;
    };
  }

  /** Kills these hosts, as machines that lose their power: whole processes of them. @returns those that were killed */
  async kill(atLeast: number): Promise<string[]> {
    const killed: string[] = [];
    while (killed.length < atLeast) {
      const last = this.processes.pop();
      if (!last) break;
      killed.push(...last.hosts);
      await end(last.child);
      add(this.past, { ...last.counts, running: 0 });
    }
    return killed;
  }

  async close(): Promise<void> {
    this.ending = true;
    await Promise.all(this.processes.splice(0).map(({ child }) => end(child)));
  }

  private async open(hosts: string[]): Promise<HostProcess> {
    const child = fork(PROGRAM, [], { execArgv: [], serialization: 'advanced' });
    const opened: HostProcess = { child, hosts, counts: noCounts() };
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    child.on('message', ({ notes, counts }: Telling) => {
      opened.counts = counts;
      if (counts.made === hosts.length) resolve();
      this.onNotes(notes);
    });
    child.on('exit', (code) => {
      if (!this.ending && this.processes.includes(opened)) throw new Error(`a process of hosts ended: ${code}`);
    });
    this.processes.push(opened);
    send(child, { do: 'make', hosts, setting: this.setting });
    await ready;
    return opened;
  }
}

function add(sum: HostCounts, counts: HostCounts): void {
  for (const name of Object.keys(counts) as (keyof HostCounts)[]) sum[name] += counts[name];
}

function send(child: ChildProcess, order: Order): void {
  child.send(order);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await ended;
}
