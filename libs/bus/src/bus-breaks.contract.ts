import {
  answer,
  appMessage,
  AWAY,
  type BusUnderTest,
  eventually,
  names,
  question,
  report,
  setScene,
} from './bus-scene.contract';
import type { ControlBus } from './control-bus';
import { seal } from './messages';

/** What every adapter keeps when the bus is away, takes nothing in, or is another store's. */
export function busBreaksContract(open: () => Promise<BusUnderTest>): void {
  const scene = setScene(open);
  const { listen } = scene;
  let bus: BusUnderTest;
  let control: ControlBus;
  beforeEach(() => void ({ bus, control } = scene));

  describe('a bus that is away', () => {
    it('refuses what is published, and says how it is', async () => {
      expect(control.state()).toBe('up');
      await bus.down();
      await expect(control.publish('app', appMessage('web'))).rejects.toMatchObject(AWAY);
      expect(control.state()).toBe('away');
      await bus.up();
      await eventually(() => control.state() === 'up');
      await control.publish('app', appMessage('web'));
    });

    it('lets who asks subscribe, answer and leave, and is told of when it is back', async () => {
      let told = 0;
      control.onConnected(() => told++);
      expect(told).toBe(1);
      await bus.down();
      let heard = 0;
      await control.subscribe('status', async () => void heard++);
      const leave = await control.subscribe('status', async () => void (heard += 100));
      await leave();
      await bus.up();
      await eventually(() => told === 2);
      await control.publish('status', seal('test', 'store', { apps: ['web'] }));
      await eventually(() => heard === 1);
    });

    it('may come back empty: everybody is subscribed again, and questions are answered', async () => {
      const { host, heard } = await listen({ group: 'g' });
      const [reports, apps]: [string[], string[]] = [[], []];
      await control.subscribe('report', async ({ body }) => void reports.push(body.host));
      await control.subscribe('status', async ({ body }) => void apps.push(...body.apps));
      await control.answerSnapshots(async () => answer);
      let [hosts, controls] = [0, 0];
      const states: string[] = [];
      host.onConnected(() => hosts++);
      host.onConnected(() => states.push(host.state()));
      control.onConnected(() => controls++);
      await bus.down();
      expect(host.state()).toBe('away');
      await bus.up({ empty: true });
      await eventually(() => hosts === 2 && controls === 2);
      expect(states).toEqual(['up', 'up']);
      await control.publish('app', appMessage('web'), { groups: ['g'] });
      await control.publish('status', seal('test', 'store', { apps: ['web'] }));
      await host.report(report('h'));
      await expect(host.snapshot(question)).resolves.toEqual(answer);
      await eventually(() => heard.length === 1 && reports.length === 1 && apps.length === 1);
    });
  });

  describe('a bus that is blocked', () => {
    it('refuses what is published, reported and asked, says so, and tells when it takes messages again', async () => {
      const { host, heard } = await listen({ all: true });
      await control.answerSnapshots(async () => answer);
      let told = 0;
      control.onConnected(() => told++);
      await bus.block();
      await expect(control.publish('app', appMessage('refused'))).rejects.toMatchObject({ ...AWAY, code: 'bus-away' });
      expect(control.state()).toBe('blocked');
      await expect(host.report(report('h'))).rejects.toMatchObject(AWAY);
      await expect(host.snapshot(question)).rejects.toMatchObject(AWAY);
      await bus.unblock();
      await eventually(() => told === 2);
      expect(control.state()).toBe('up');
      await control.publish('app', appMessage('last'));
      await eventually(() => names(heard).includes('last'));
      await expect(host.snapshot(question)).resolves.toEqual(answer);
    });
  });

  describe('a claim', () => {
    it("makes the bus that of one store: its replicas hold it too, another's is told whose it is", async () => {
      const other = await bus.control();
      await expect(control.claim('one')).resolves.toEqual({ held: true });
      await expect(other.claim('two')).resolves.toEqual({ held: false, holder: 'one' });
      await expect(other.claim('one')).resolves.toEqual({ held: true });
      await expect(control.claim('one')).resolves.toEqual({ held: true });
    });

    it('is held by exactly one of many who want it at once', async () => {
      const others = await Promise.all(Array.from({ length: 4 }, () => bus.control()));
      const claims = await Promise.all(others.map((each, n) => each.claim(`store ${n}`)));
      const winner = claims.findIndex(({ held }) => held);
      const expected = claims.map((_, n) =>
        n === winner ? { held: true } : { held: false, holder: `store ${winner}` },
      );
      expect(claims).toEqual(expected);
    });

    it('harms nobody on the bus when it is refused', async () => {
      const other = await bus.control();
      const heard: string[] = [];
      await other.subscribe('status', async ({ body }) => void heard.push(...body.apps));
      await control.claim('one');
      await other.claim('two');
      await other.publish('status', seal('test', 'store', { apps: ['web'] }));
      await eventually(() => heard.length === 1);
    });

    it('goes to who takes it over', async () => {
      const other = await bus.control();
      await control.claim('one');
      await other.takeOver('two');
      await expect(control.claim('one')).resolves.toEqual({ held: false, holder: 'two' });
      await expect(other.claim('two')).resolves.toEqual({ held: true });
      await other.takeOver('two');
      await expect(other.claim('two')).resolves.toEqual({ held: true });
    });

    it('outlives a break of the bus, and is gone where the bus comes back empty', async () => {
      await control.claim('one');
      await bus.down();
      await expect(control.claim('one')).rejects.toMatchObject({ ...AWAY, code: 'bus-away' });
      await expect(control.takeOver('two')).rejects.toMatchObject({ ...AWAY, code: 'bus-away' });
      await bus.up();
      await eventually(() => control.state() === 'up');
      await expect(control.claim('two')).resolves.toEqual({ held: false, holder: 'one' });
      await bus.down();
      await bus.up({ empty: true });
      await eventually(() => control.state() === 'up');
      await expect(control.claim('two')).resolves.toEqual({ held: true });
    });
  });
}
