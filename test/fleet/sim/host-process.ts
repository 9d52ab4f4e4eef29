import { FakeRegistry } from '@nebula/orchestration/runtime/fake';
import { Logger } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { Notebook } from './notebook';
import type { Order } from './orders';
import { SimulatedHost } from './simulated-host';

// What thousands of hosts say of a broker that is away is nothing new, and each line costs.
Logger.overrideLogger(false);

const registry = new FakeRegistry();
registry.push('web:1');
const notebook = new Notebook((telling) => process.send?.(telling));
const hosts: SimulatedHost[] = [];

async function obey(order: Order): Promise<void> {
  if (order.do === 'make') {
    for (const id of order.hosts) hosts.push(await SimulatedHost.make(id, order.setting, registry, notebook));
    notebook.counts.made = hosts.length;
    return;
  }
  // One after the other: each takes time from the ones that run already, as none would on a machine of its own.
  for (const host of hosts) {
    // Those that were started have what comes in for them to read, or their broker takes them for dead.
    await turn();
    await host.join();
    notebook.counts.running++;
  }
}

process.on('message', (order: Order) => {
  obey(order).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  });
});
// Nobody is left to hear of the hosts.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
