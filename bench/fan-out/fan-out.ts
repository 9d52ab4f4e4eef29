import { BenchProcess } from '../processes/bench-process';
import type { Awaited, HostsOrder } from '../processes/fan-out-hosts';
import type { Place } from './place';

/** In one process, at the most. */
const HOSTS_PER_PROCESS = 500;

type Hosts = BenchProcess<HostsOrder, number | undefined>;

/** A sender and those who hear it, all by the same means. */
export class FanOut {
  private readonly processes: { process: Hosts; hosts: number }[] = [];

  private constructor(
    private readonly place: Place,
    private readonly sender: BenchProcess<'send', number>,
  ) {}

  /** Without anybody who hears. */
  static async start(place: Place): Promise<FanOut> {
    const { process } = await BenchProcess.start<undefined, 'send', number>('fan-out-sender', place);
    return new FanOut(place, process);
  }

  get hosts(): number {
    return this.processes.reduce((sum, { hosts }) => sum + hosts, 0);
  }

  /** Adds hosts until there are so many; all of them hear when this resolves. */
  async grow(to: number): Promise<void> {
    const missing = to - this.hosts;
    const processes = Math.ceil(missing / HOSTS_PER_PROCESS);
    const shares = Array.from({ length: processes }, (_, index) => Math.floor((missing + index) / processes));
    await Promise.all(shares.map((hosts) => this.add(hosts)));
  }

  /** Sends once. @returns milliseconds until the last host had it */
  async send(awaited: Awaited): Promise<number> {
    await Promise.all(this.processes.map(({ process }) => process.ask({ expect: awaited })));
    const began = await this.sender.ask('send');
    const ends = await Promise.all(this.processes.map(({ process }) => process.ask('tell')));
    return Math.max(...ends.map((end) => end!)) - began;
  }

  async stop(): Promise<void> {
    await Promise.all([this.sender, ...this.processes.map(({ process }) => process)].map((each) => each.stop()));
  }

  private async add(hosts: number): Promise<void> {
    const { process } = await BenchProcess.start<undefined, HostsOrder, number | undefined>('fan-out-hosts', {
      ...this.place,
      hosts,
    });
    this.processes.push({ process, hosts });
  }
}
