import {
  answer,
  appMessage,
  AWAY,
  type BusUnderTest,
  digestMessage,
  eventually,
  names,
  question,
  setScene,
} from './bus-scene.contract';
import type { ControlBus } from './control-bus';

/** Until a control part noticed, and mended it: longer than it takes to look again, twice. */
const NOTICED_MS = 20_000;

/** What every adapter keeps when its bus loses ways to hosts while connections stay. */
export function busWaysContract(open: () => Promise<BusUnderTest>): void {
  const scene = setScene(open);
  const { listen } = scene;
  let bus: BusUnderTest;
  let control: ControlBus;
  beforeEach(() => void ({ bus, control } = scene));

  describe('a bus that loses ways to hosts while connections stay', () => {
    it('tells no host, which hears again as soon as it listens again, on the connection that is there', async () => {
      const { host, heard } = await listen({ all: true, names: ['db'], group: 'edge' });
      let connected = 0;
      host.onConnected(() => connected++);
      await bus.lose('desired');
      await control.publish('app', appMessage('missed'));
      await host.listenAgain();
      await control.publish('app', appMessage('all'));
      await control.publish('app', appMessage('grouped'), { groups: ['edge'] });
      await control.publish('app', appMessage('db'));
      await control.publish('digest', digestMessage());
      await eventually(() => heard.length === 4);
      expect(names(heard).slice(0, 3)).toEqual(['all', 'grouped', 'db']);
      expect([connected, host.state()]).toEqual([1, 'up']);
    });

    it('answers a host that listens again', async () => {
      const { host } = await listen({ all: true });
      await control.answerSnapshots(async () => answer);
      await bus.lose('answers');
      await expect(host.snapshot(question)).rejects.toMatchObject({ ...AWAY, code: 'no-answer' });
      await host.listenAgain();
      await expect(host.snapshot(question)).resolves.toEqual(answer);
    });

    it('is heard by a host that makes a new connection, and tells it when that is there', async () => {
      const { host, heard } = await listen({ all: true });
      let connected = 0;
      host.onConnected(() => connected++);
      await control.answerSnapshots(async () => answer);
      await bus.lose('desired');
      await bus.lose('answers');
      host.reconnect();
      await eventually(() => connected === 2 && host.state() === 'up');
      await control.publish('app', appMessage('web'));
      await eventually(() => heard.length === 1);
      await expect(host.snapshot(question)).resolves.toEqual(answer);
    });

    it('gives a host nothing twice that listens again without need', async () => {
      const { host, heard } = await listen({ all: true, names: ['web'] });
      await Promise.all([host.listenAgain(), host.listenAgain()]);
      await host.listenAgain();
      await control.publish('app', appMessage('web'));
      await control.publish('app', appMessage('last'));
      await eventually(() => heard.length >= 2);
      expect(names(heard)).toEqual(['web', 'last']);
    });

    it('refuses a host that listens again while it is cut off', async () => {
      const { host } = await listen({ all: true });
      await bus.cut(host);
      host.reconnect();
      await expect(host.listenAgain()).rejects.toMatchObject(AWAY);
      expect(host.state()).toBe('away');
    });

    it('is known for it to who publishes digests into nothing, until one is heard again', async () => {
      await control.publish('digest', digestMessage());
      expect(control.isHeard()).toBe(true);
      await bus.lose('desired');
      await control.publish('digest', digestMessage());
      await eventually(() => !control.isHeard(), 'it knows', NOTICED_MS);
      const telling = setInterval(() => void control.publish('digest', digestMessage()).catch(() => undefined), 500);
      await eventually(() => control.isHeard(), 'it is mended', NOTICED_MS).finally(() => clearInterval(telling));
    });
  });
}
