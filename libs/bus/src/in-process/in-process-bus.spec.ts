import type { HostBus } from '../host-bus';
import { busBreaksContract } from '../bus-breaks.contract';
import { busContract } from '../bus.contract';
import { busWaysContract } from '../bus-ways.contract';
import { appMessage, type BusUnderTest, Ear, eventually, report } from '../bus-scene.contract';
import { seal } from '../messages';
import { Test } from '@nestjs/testing';
import { Logger } from '@nestjs/common';
import { InProcessBus, InProcessControlBus, InProcessHostBus } from '.';

async function open(): Promise<BusUnderTest> {
  const bus = new InProcessBus({ requestTimeoutMs: 100 });
  return {
    control: async () => new InProcessControlBus(bus),
    host: async () => new InProcessHostBus(bus),
    cut: async (host: HostBus) => bus.disconnect(host as InProcessHostBus),
    mend: async (host: HostBus) => bus.reconnect(host as InProcessHostBus),
    down: async () => bus.down(),
    up: async (options) => bus.up(options),
    block: async () => bus.block(),
    unblock: async () => bus.unblock(),
    lose: async (way) => bus.loseWays(way),
    close: async () => bus.close(),
  };
}

describe('the in-process bus', () => {
  busContract(open);
  busBreaksContract(open);
  busWaysContract(open);
});

describe('the in-process bus, besides', () => {
  const AWAY = { kind: 'unavailable', code: 'bus-away' };
  const status = (name: string) => seal('test', 'store', { apps: [name] });
  const question = seal('t', '', { host: 'h', selection: { all: true, names: [] }, known: [] });
  let bus: InProcessBus;
  let control: InProcessControlBus;
  beforeEach(() => {
    Logger.overrideLogger(false);
    bus = new InProcessBus({ requestTimeoutMs: 60_000, history: 2 });
    control = new InProcessControlBus(bus);
  });
  afterEach(() => {
    bus.close();
    Logger.overrideLogger(['error', 'warn']);
  });

  async function listen(host: InProcessHostBus): Promise<Ear> {
    const module = await Test.createTestingModule({ controllers: [Ear] }).compile();
    const service = module.createNestMicroservice({ strategy: host.inbox({ all: true, names: [] }) });
    Logger.overrideLogger(false);
    await service.listen();
    return service.get(Ear);
  }

  it('never runs a handler inside of the call that sends', async () => {
    let heard = 0;
    await control.subscribe('status', async () => void heard++);
    await control.publish('status', status('a'));
    expect(heard).toBe(0);
    await eventually(() => heard === 1);
  });

  it('rejects what is sent while it is down, and tells every host when it is up', async () => {
    const host = new InProcessHostBus(bus);
    const ear = await listen(host);
    let told = 0;
    host.onConnected(() => told++);
    await control.publish('app', appMessage('lost on the way'));
    bus.down();
    await expect(control.publish('app', appMessage('a'))).rejects.toMatchObject(AWAY);
    await expect(host.report(report('h'))).rejects.toMatchObject(AWAY);
    await expect(host.snapshot(seal('t', '', { host: 'h', selection: { all: true, names: [] }, known: [] })))
      .rejects //
      .toMatchObject(AWAY);
    expect(() => bus.replay()).toThrow('away');
    bus.up();
    expect(told).toBe(2);
    await control.publish('app', appMessage('b'));
    await eventually(() => ear.heard.length > 0);
    expect(ear.heard).toHaveLength(1);
  });

  it('tells nobody of a connection who is not subscribed', () => {
    const host = new InProcessHostBus(bus);
    let told = 0;
    host.onConnected(() => told++);
    bus.disconnect(host);
    bus.reconnect(host);
    bus.down();
    bus.up();
    expect(told).toBe(0);
  });

  it.each(['before it was given', 'on its way back'])('loses an answer with the connection, cut %s', async (when) => {
    const impatient = new InProcessBus({ requestTimeoutMs: 100 });
    const host = new InProcessHostBus(impatient);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let answering = false;
    await new InProcessControlBus(impatient).answerSnapshots(async () => {
      answering = true;
      await released;
      return seal('test', 'store', { groups: [], apps: [] });
    });
    const asked = host.snapshot(question);
    asked.catch(() => undefined);
    await eventually(() => answering);
    if (when === 'on its way back') {
      release();
      // Within this turn of the event loop: the answer is given, and not yet delivered.
      while (impatient.counts.delivered === 0) await Promise.resolve();
    }
    impatient.disconnect(host);
    release();
    await eventually(() => impatient.counts.delivered === 1);
    impatient.reconnect(host);
    await expect(asked).rejects.toMatchObject({ code: 'no-answer' });
    impatient.close();
  });

  it('counts handlers that throw, those of Nest too', async () => {
    await listen(new InProcessHostBus(bus));
    await control.subscribe('status', async () => Promise.reject(new Error('no')));
    await control.publish('status', status('a'));
    const poison = appMessage('web');
    await control.publish('app', { ...poison, body: { ...poison.body, poison: true } as typeof poison.body });
    await eventually(() => bus.counts.failed === 2);
    expect(bus.counts).toMatchObject({ published: 2, delivered: 0 });
  });

  it('sends the last messages again when asked', async () => {
    const heard: string[] = [];
    await control.subscribe('status', async ({ body }) => void heard.push(...body.apps));
    for (const name of ['a', 'b', 'c']) await control.publish('status', status(name));
    expect(bus.replay()).toBe(2);
    expect(bus.replay(({ text }) => text.includes('"c"'))).toBe(1);
    await eventually(() => heard.length === 6);
    expect(heard).toEqual(['a', 'b', 'c', 'b', 'c', 'c']);
  });

  it('drops the oldest from a full queue, and lets no more than some handlers run at a time', async () => {
    const release: (() => void)[] = [];
    let mostAtATime = 0;
    let atATime = 0;
    const heard: number[] = [];
    await control.subscribe('report', async ({ body }) => {
      mostAtATime = Math.max(mostAtATime, ++atATime);
      heard.push(body.count);
      await new Promise<void>((resolve) => release.push(resolve));
      atATime--;
    });
    const host = new InProcessHostBus(bus);
    for (let n = 1; n <= 10_005; n++) await host.report(report('h', n));
    expect(bus.counts.dropped).toBe(5);
    await eventually(() => {
      for (const each of release.splice(0)) each();
      return heard.length === 10_000;
    });
    expect(heard[0]).toBe(6);
    expect(mostAtATime).toBe(32);
  });

  it('ends everything at close: questions are rejected, nothing more arrives', async () => {
    const heard: string[] = [];
    await control.subscribe('status', async ({ body }) => void heard.push(...body.apps));
    const asked = new InProcessHostBus(bus).snapshot(question);
    await control.publish('status', status('a'));
    bus.close();
    await expect(asked).rejects.toMatchObject({ kind: 'unavailable', code: 'no-answer' });
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(heard).toEqual([]);
    await expect(control.publish('status', status('b'))).rejects.toMatchObject(AWAY);
  });
});
