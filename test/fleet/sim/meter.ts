import { writeFile } from 'node:fs/promises';
import { type BrokerCounts, brokerCounts } from './broker-counters';
import type { HostCounts } from './orders';
import { machineTime, type Usage, usageOf } from './processor-time';
import type { Stage } from './stage';
import type { Seen } from './witness';

/** What a part of the run cost, beside what it was measured for. */
export interface Cost {
  seconds: number;
  parts: Record<string, Usage>;
  /** Seconds of processor time of the whole machine, and of what is none of ours. */
  machine: { busy: number; idle: number; others: number };
  /** Undefined where the broker was started anew meanwhile. */
  broker?: BrokerCounts;
  hosts: HostCounts;
  /** Published to all: once each, whatever the number of hosts. */
  published: Seen;
  /** What the api asked its store. */
  commands: Record<string, number>;
}

/** Measures what all parts do and hold while something happens. */
export class Meter {
  private constructor(
    private readonly stage: Stage,
    private readonly since: Reading,
    private readonly brokerBefore: BrokerCounts,
  ) {}

  static async start(stage: Stage): Promise<Meter> {
    const counts = await brokerCounts(stage.broker);
    stage.witness.take();
    stage.tap.take();
    await forgetPeaks(Object.values(await stage.parts()).flat());
    return new Meter(stage, await read(stage), counts);
  }

  /** @param isSameBroker false where it was started anew, and counts from nothing */
  async stop(isSameBroker = true): Promise<Cost> {
    const { since, stage } = this;
    const now = await read(stage);
    const broker = await brokerCounts(stage.broker);
    const parts = Object.fromEntries(
      Object.entries(now.parts).map(([name, usage]) => {
        const before = since.parts[name]?.cpu ?? 0;
        return [name, { ...usage, cpu: Math.max(0, usage.cpu - (usage.cpu >= before ? before : 0)) }];
      }),
    );
    const ours = Object.values(parts).reduce((sum, { cpu }) => sum + cpu, 0) + now.own - since.own;
    const busy = now.machine.busy - since.machine.busy;
    return {
      seconds: (now.at - since.at) / 1000,
      parts,
      machine: { busy, idle: now.machine.idle - since.machine.idle, others: Math.max(0, busy - ours) },
      ...(isSameBroker && { broker: difference(broker, this.brokerBefore) }),
      hosts: { ...minus(now.hosts, since.hosts), running: now.hosts.running },
      published: stage.witness.take(),
      commands: Object.fromEntries(stage.tap.take()),
    };
  }
}

interface Reading {
  at: number;
  parts: Record<string, Usage>;
  own: number;
  machine: { busy: number; idle: number };
  hosts: HostCounts;
}

async function read(stage: Stage): Promise<Reading> {
  const parts = Object.entries(await stage.parts());
  const usages = await Promise.all(parts.map(async ([name, pids]) => [name, await usageOf(pids)] as const));
  return {
    at: performance.now(),
    parts: Object.fromEntries(usages),
    own: (await usageOf([process.pid])).cpu,
    machine: await machineTime(),
    hosts: stage.pool.counts,
  };
}

const difference = (now: BrokerCounts, before: BrokerCounts): BrokerCounts => ({
  ...minus(now, before),
  connections: now.connections,
  memory: now.memory,
});

function minus<T extends object>(now: T, before: T): T {
  const entries = Object.entries(now) as [keyof T, number][];
  return Object.fromEntries(entries.map(([name, value]) => [name, value - Number(before[name])])) as T;
}

/** From now on a peak is one since now. Where the kernel does not let us, it is one since the start. */
async function forgetPeaks(pids: readonly number[]): Promise<void> {
  await Promise.all(pids.map((pid) => writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => undefined)));
}
