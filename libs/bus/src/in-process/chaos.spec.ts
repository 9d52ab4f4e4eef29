import { Test } from '@nestjs/testing';
import { Logger } from '@nestjs/common';
import { appMessage, Ear, eventually, report } from '../bus-scene.contract';
import { seal } from '../messages';
import { InProcessBus, InProcessControlBus, InProcessHostBus } from '.';
import { type Chaos, Fates, randomNumbers } from './chaos';

const UNKIND: Chaos = { seed: 7, loss: 0.2, duplicate: 0.2, delayMs: 5, reorder: 0.2 };

describe('fates', () => {
  const fates = (chaos: Chaos, lane = 0) => {
    const of = new Fates(chaos, lane);
    return Array.from({ length: 1_000 }, () => of.next());
  };

  it('are the same for the same seed and lane, and others for another', () => {
    expect(fates(UNKIND)).toEqual(fates(UNKIND));
    expect(fates(UNKIND)).not.toEqual(fates({ ...UNKIND, seed: 8 }));
    expect(fates(UNKIND)).not.toEqual(fates(UNKIND, 1));
  });

  it('do not change when another kind of chaos is added', () => {
    const lost = (chaos: Chaos) => fates(chaos).map((arrivals) => arrivals.length === 0);
    expect(lost(UNKIND)).toEqual(lost({ seed: UNKIND.seed, loss: UNKIND.loss }));
  });

  it('have about the shares that were asked for', () => {
    const all = fates(UNKIND);
    const share = (count: number) => Math.abs(count / all.length - 0.2);
    expect(share(all.filter((arrivals) => arrivals.length === 0).length)).toBeLessThan(0.05);
    expect(share(all.filter((arrivals) => arrivals[0]?.heldBack).length)).toBeLessThan(0.07);
    expect(all.some((arrivals) => arrivals.length === 2)).toBe(true);
    expect(all.flat().every(({ delayMs, heldBack }) => heldBack || (delayMs >= 0 && delayMs <= 5))).toBe(true);
  });

  it('are kind when nothing is asked for', () => {
    expect(fates({ seed: 1 }).every((arrivals) => arrivals.length === 1 && arrivals[0]?.delayMs === 0)).toBe(true);
  });

  it('come from numbers of 0 to 1 that are spread out', () => {
    const random = randomNumbers(1);
    const tenths = Array<number>(10).fill(0);
    for (let n = 0; n < 10_000; n++) tenths[Math.floor(random() * 10)]!++;
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});

describe('an unkind bus', () => {
  let buses: InProcessBus[] = [];
  beforeEach(() => Logger.overrideLogger(false));
  afterEach(() => {
    for (const bus of buses) bus.close();
    buses = [];
    Logger.overrideLogger(['error', 'warn']);
  });
  function make(chaos?: Chaos) {
    const bus = new InProcessBus({ chaos, requestTimeoutMs: 50 });
    buses.push(bus);
    return { bus, control: new InProcessControlBus(bus), host: new InProcessHostBus(bus) };
  }
  async function listen(host: InProcessHostBus): Promise<Ear> {
    const module = await Test.createTestingModule({ controllers: [Ear] }).compile();
    const service = module.createNestMicroservice({ strategy: host.inbox({ all: true, names: [] }) });
    Logger.overrideLogger(false);
    await service.listen();
    return service.get(Ear);
  }
  /** Generations of 100 messages, as they came in; the bus is kind again for the last of all. */
  async function received(chaos: Chaos): Promise<number[]> {
    const { bus, control, host } = make(chaos);
    const ear = await listen(host);
    for (let n = 1; n <= 100; n++) await control.publish('app', appMessage('web', n));
    const due = 100 - bus.counts.lost + bus.counts.doubled;
    await eventually(() => bus.counts.delivered === due);
    return ear.heard.map(({ message }) => (message.body.app as { generation: number }).generation);
  }

  it('loses and doubles the same messages for the same seed', async () => {
    const chaos = { seed: 3, loss: 0.3, duplicate: 0.3 };
    const heard = await received(chaos);
    expect(new Set(heard).size).toBeLessThan(90);
    expect(heard.length).toBeGreaterThan(new Set(heard).size);
    expect(heard).toEqual([...heard].sort((a, b) => a - b));
    expect(await received(chaos)).toEqual(heard);
    expect(await received({ ...chaos, seed: 4 })).not.toEqual(heard);
  });

  it('delays without changing the order, unless reordering is asked for', async () => {
    const inOrder = Array.from({ length: 100 }, (_, n) => n + 1);
    expect(await received({ seed: 3, delayMs: 20 })).toEqual(inOrder);
    const mixed = await received({ seed: 3, delayMs: 20, reorder: 0.3 });
    expect(mixed).not.toEqual(inOrder);
    expect([...mixed].sort((a, b) => a - b)).toEqual(inOrder);
  });

  it('loses questions, answers, reports and status messages too', async () => {
    const { bus, control, host } = make({ seed: 1, loss: 1 });
    const heard: unknown[] = [];
    await control.subscribe('report', async (message) => void heard.push(message));
    await control.subscribe('status', async (message) => void heard.push(message));
    await control.answerSnapshots(async (message) => {
      heard.push(message);
      return seal('t', 's', { groups: [], apps: [] });
    });
    await host.report(report('h'));
    await control.publish('status', seal('t', 's', { apps: [] }));
    const question = seal('t', '', { host: 'h', selection: { all: true, names: [] }, known: [] });
    await expect(host.snapshot(question)).rejects.toMatchObject({ code: 'no-answer' });
    expect(heard).toEqual([]);
    bus.setChaos(undefined);
    await expect(host.snapshot(question)).resolves.toMatchObject({ store: 's' });
    expect(bus.counts.lost).toBe(3);
  });

  it('says of some messages that they failed although they arrive', async () => {
    const { control } = make({ seed: 1, unconfirmed: 1 });
    const heard: string[] = [];
    await control.subscribe('status', async ({ body }) => void heard.push(...body.apps));
    await expect(control.publish('status', seal('t', 's', { apps: ['a'] }))).rejects.toMatchObject({
      kind: 'unavailable',
    });
    await eventually(() => heard.length === 1);
  });

  it('is kind again when told to', async () => {
    const { bus, control, host } = make({ seed: 1, loss: 1, delayMs: 5, reorder: 1 });
    const ear = await listen(host);
    await control.publish('app', appMessage('web', 1));
    bus.setChaos(undefined);
    for (let n = 2; n <= 50; n++) await control.publish('app', appMessage('web', n));
    await eventually(() => ear.heard.length === 49);
  });

  it('has no timer left after it was closed', async () => {
    jest.useFakeTimers();
    const { bus, control, host } = make({ seed: 1, delayMs: 5, reorder: 0.5 });
    await control.subscribe('status', async () => undefined);
    for (let n = 0; n < 20; n++) await control.publish('status', seal('t', 's', { apps: [] }));
    const question = seal('t', '', { host: 'h', selection: { all: true, names: [] }, known: [] });
    const asked = host.snapshot(question).catch((error: { code: string }) => error.code);
    await Promise.resolve();
    expect(jest.getTimerCount()).toBeGreaterThan(2);
    bus.close();
    await expect(asked).resolves.toBe('no-answer');
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });
});
