import { type AppReport, DomainError, type HostReport } from '@nebula/domain';
import { ControlBus, HostBus, seal } from '@nebula/bus';
import { BusModule } from '@nebula/bus/bus.module';
import { InProcessBus } from '@nebula/bus/in-process';
import { HostStore, StoreIdentity, StoreModule } from '@nebula/store';
import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NOW } from './monitor-options';
import { MonitorModule } from './monitor.module';
import { ReportIntake } from './report-intake';

async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5_000; !(await condition()); await sleep(2)) {
    if (Date.now() > end) throw new Error(`never became true: ${condition.toString()}`);
  }
}

const appReport = (app: string, generation = 1): AppReport => ({ app, generation, state: 'converged', containers: [] });
const report = (changes: Partial<HostReport> = {}): HostReport => ({
  host: 'shop-1',
  start: 'a',
  count: 1,
  full: true,
  selection: { all: true, names: [] },
  workerVersion: '3.0.0',
  problems: [],
  apps: [appReport('web')],
  gone: [],
  ...changes,
});

describe('the monitor', () => {
  const NOON = new Date('2026-05-01T12:00:00.000Z');
  let folder: string;
  let module: TestingModule;
  let bus: InProcessBus;
  let told: { store: string; apps: string[] }[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nebula-monitor-'));
    bus = new InProcessBus();
    module = await Test.createTestingModule({
      imports: [
        BusModule.inProcess(bus),
        StoreModule.sqlite(folder),
        MonitorModule.register({ installation: 'test', forgetAfterHours: 168 }),
      ],
    })
      .overrideProvider(NOW)
      .useValue(() => NOON)
      .compile();
    Logger.overrideLogger(false);
    await module.init();
    told = [];
    await module.get(ControlBus).subscribe('status', async ({ store, body }) => void told.push({ store, ...body }));
  });
  afterEach(async () => {
    await module.close();
    bus.close();
    rmSync(folder, { recursive: true });
    Logger.overrideLogger(['error', 'warn']);
    jest.restoreAllMocks();
  });

  const send = (body: HostReport, installation = 'test') =>
    module.get(HostBus).report(seal(installation, 'store', body));
  const refused = () => module.get(ReportIntake, { strict: false }).refused.counts;
  const toldApps = () => told.flatMap(({ apps }) => apps);

  it('keeps what a host says, at the time by its own clock, and tells whose status changed', async () => {
    await send(report({ apps: [appReport('web'), appReport('db')] }));
    await eventually(() => told.length === 1);
    expect(toldApps().sort()).toEqual(['db', 'web']);
    expect(told[0]?.store).toBe(await module.get(StoreIdentity).id());
    expect(await module.get(HostStore).host('shop-1')).toMatchObject({ lastHeardAt: NOON.toISOString() });
  });

  it('tells nothing of a report that changes nothing', async () => {
    await send(report());
    await send(report({ count: 1 }));
    await send(report({ count: 2, apps: [appReport('web', 2)] }));
    await eventually(() => told.length === 2);
    expect(toldApps()).toEqual(['web', 'web']);
  });

  it('makes a few messages of a burst, the first at once, and forgets no app', async () => {
    const before = bus.counts.published;
    for (let n = 0; n < 200; n++) await send(report({ host: `shop-${n}`, apps: [appReport(`app-${n % 50}`)] }));
    await eventually(() => new Set(toldApps()).size === 50);
    await eventually(async () => (await module.get(HostStore).hosts({ limit: 500 })).length === 200);
    expect(bus.counts.published - before - 200).toBeLessThan(20);
  });

  it('tells the first change at once, and what comes within 20 ms after it in one message', async () => {
    const at: number[] = [];
    const control = module.get(ControlBus);
    const publish = control.publish.bind(control);
    jest.spyOn(control, 'publish').mockImplementation((...message) => {
      at.push(performance.now());
      return publish(...message);
    });
    for (let count = 1; told.length < 4; count++) {
      await send(report({ count, apps: [appReport('web', count)] }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const [n, time] of at.slice(1).entries()) expect(time - (at[n] ?? 0)).toBeGreaterThan(18);
  });

  it('keeps nothing of another installation or with faults, counts it, and goes on', async () => {
    await send(report({ host: 'foreign' }), 'another');
    await send(report({ host: 'wrong', apps: [{ app: 'web' } as AppReport] }));
    await send(5 as never);
    await module.get(HostBus).report('nonsense' as never);
    await send(report({ host: 'right' }));
    await eventually(() => told.length === 1);
    expect(refused()).toEqual({ foreign: 1, malformed: 3 });
    expect((await module.get(HostStore).hosts({ limit: 9 })).map(({ id }) => id)).toEqual(['right']);
  });

  it('goes on when the store could not keep a report', async () => {
    jest.spyOn(module.get(HostStore), 'record').mockRejectedValueOnce(new Error('away'));
    await send(report());
    await send(report({ count: 2 }));
    await eventually(() => told.length === 1);
    expect(refused()).toEqual({ store: 1 });
    expect(bus.counts.failed).toBe(0);
  });

  it('tries a report again for which the store was away, and before a newer one of its host', async () => {
    const hosts = module.get(HostStore);
    const away = new DomainError('unavailable', 'store-away', 'The store is away.');
    const record = hosts.record.bind(hosts);
    let failures = 2;
    jest.spyOn(hosts, 'record').mockImplementation(async (body, at) => {
      if (body.host === 'shop-1' && body.count === 1 && failures-- > 0) throw away;
      return record(body, at);
    });
    await send(report({ full: false, apps: [appReport('web')] }));
    await send(report({ full: false, count: 2, apps: [appReport('db')] }));
    await send(report({ host: 'shop-2' }));
    await eventually(async () => (await hosts.host('shop-1'))?.apps.converged === 2);
    expect(refused()).toEqual({});
  });

  it('ends although the store is away', async () => {
    const away = new DomainError('unavailable', 'store-away', 'The store is away.');
    const recording = jest.spyOn(module.get(HostStore), 'record').mockRejectedValue(away);
    await send(report());
    await eventually(() => recording.mock.calls.length === 1);
    const closed = module.close().then(() => true);
    expect(await Promise.race([closed, sleep(1_000)])).toBe(true);
    expect(refused()).toEqual({ store: 1 });
  });

  it('tells later what it could not tell at once', async () => {
    const publishing = jest.spyOn(module.get(ControlBus), 'publish').mockRejectedValueOnce(new Error('away'));
    await send(report());
    await eventually(() => publishing.mock.calls.length === 1);
    expect(told).toEqual([]);
    await eventually(() => told.length === 1);
    expect(toldApps()).toEqual(['web']);
  });

  it('keeps what it has taken in before it ends, and takes nothing in after it', async () => {
    const { promise: recorded, resolve: record } = Promise.withResolvers<string[]>();
    const recording = jest.spyOn(module.get(HostStore), 'record').mockReturnValueOnce(recorded);
    await send(report());
    await eventually(() => recording.mock.calls.length === 1);
    let closed = false;
    const closing = module.close().then(() => (closed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    record([]);
    await closing;
    await send(report({ count: 2 }));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(recording).toHaveBeenCalledTimes(1);
  });
});
