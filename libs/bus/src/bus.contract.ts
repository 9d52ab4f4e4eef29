import type { AppGeneration } from '@nebula/domain';
import {
  answer,
  appMessage,
  AWAY,
  type BusUnderTest,
  eventually,
  groupMessage,
  names,
  question,
  report,
  setScene,
} from './bus-scene.contract';
import type { ControlBus } from './control-bus';
import { INBOX } from './host-bus';
import { seal } from './messages';

/** What every adapter of `ControlBus` and `HostBus` has to keep. */
export function busContract(open: () => Promise<BusUnderTest>): void {
  const scene = setScene(open);
  const { listen } = scene;
  let bus: BusUnderTest;
  let control: ControlBus;
  beforeEach(() => void ({ bus, control } = scene));

  describe('desired state', () => {
    it('reaches the hosts on all, those that list the app, and those of its groups, and no others', async () => {
      const [all, named, grouped, stranger] = await Promise.all([
        listen({ all: true }),
        listen({ names: ['web', 'last'] }),
        listen({ group: 'kiosks' }),
        listen({ names: ['last'], group: 'shops' }),
      ]);
      await control.publish('app', appMessage('web'), { groups: ['others', 'kiosks'] });
      await control.publish('app', appMessage('last'), { groups: ['kiosks'] });
      await eventually(() => [all, named, grouped].every(({ heard }) => heard.length === 2));
      await eventually(() => stranger.heard.length === 1);
      for (const { heard } of [all, named, grouped]) expect(names(heard)).toEqual(['web', 'last']);
      expect(names(stranger.heard)).toEqual(['last']);
    });

    it('reaches a host once, however many reasons there are for it', async () => {
      const { heard } = await listen({ all: true, names: ['web', 'web'], group: 'kiosks' });
      await control.publish('app', appMessage('web'), { groups: ['kiosks', 'kiosks', 'others'] });
      await control.publish('app', appMessage('last'));
      await eventually(() => heard.length >= 2);
      expect(names(heard)).toEqual(['web', 'last']);
    });

    it('of an app reaches its groups, be they ever so many and long of name', async () => {
      const groups = Array.from({ length: 3_000 }, (_, n) => `${n}-${'ü☃'.repeat(100)}`);
      const hosts = await Promise.all([0, 1_500, 2_999].map((n) => listen({ group: groups[n]! })));
      await control.publish('app', appMessage('web'), { groups });
      await eventually(() => hosts.every(({ heard }) => heard.length > 0));
      await control.publish('app', appMessage('last'), { groups: groups.slice(0, 1) });
      await eventually(() => hosts[0]!.heard.length === 2);
      expect(hosts.map(({ heard }) => names(heard))).toEqual([['web', 'last'], ['web'], ['web']]);
    });

    it('of a group reaches the hosts of that group alone', async () => {
      const kiosk = await listen({ group: 'kiosks', names: ['last'] });
      const other = await listen({ group: 'shops', all: true, names: ['kiosks'] });
      await control.publish('group', groupMessage('kiosks'));
      await control.publish('app', appMessage('last'));
      await eventually(() => kiosk.heard.length === 2 && other.heard.length === 1);
      expect(kiosk.heard.map(({ pattern }) => pattern)).toEqual([INBOX.group, INBOX.app]);
      expect(names(other.heard)).toEqual(['last']);
    });

    it("finds names with dots, stars and other letters, and takes none for another's beginning", async () => {
      const strange = ['a.b', 'a', 'a.b.c', '*', '#', 'ä.☃'];
      const hosts = await Promise.all(strange.map((name) => listen({ names: [name] })));
      for (const name of strange) await control.publish('app', appMessage(name));
      await eventually(() => hosts.every(({ heard }) => heard.length > 0));
      expect(hosts.map(({ heard }) => names(heard))).toEqual(strange.map((name) => [name]));
    });

    it('is told of by digests: of an app to those that list it, of a group to its hosts, of all to everybody', async () => {
      const all = await listen({ all: true });
      const named = await listen({ names: ['web'] });
      const grouped = await listen({ group: 'kiosks' });
      for (const scope of [{ app: 'web' }, { group: 'kiosks' }, { all: true }] as const) {
        await control.publish('digest', seal('test', 'store', { scope, digest: 'abc' }));
      }
      await control.publish('app', appMessage('web'), { groups: ['kiosks'] });
      await eventually(() => [all, named, grouped].every(({ heard }) => names(heard).includes('web')));
      expect(names(all.heard)).toEqual(['{"all":true}', 'web']);
      expect(names(named.heard)).toEqual(['{"app":"web"}', '{"all":true}', 'web']);
      expect(names(grouped.heard)).toEqual(['{"group":"kiosks"}', '{"all":true}', 'web']);
      expect(named.heard[0]?.pattern).toBe(INBOX.digest);
    });

    it('arrives as it was sent, fields that nobody knows included, and is shared by nobody', async () => {
      const [one, two] = [await listen({ all: true }), await listen({ all: true })];
      const sent = appMessage('web');
      Object.assign(sent.body.app, { fromTheFuture: { text: 'ä\u0000☃', big: 'x'.repeat(1_000_000) } });
      const before = structuredClone(sent);
      await control.publish('app', sent);
      sent.body.app.name = 'changed by the sender';
      await eventually(() => one.heard.length === 1 && two.heard.length === 1);
      expect(one.heard[0]?.message).toEqual(before);
      Object.assign(one.heard[0]?.message ?? {}, { store: 'changed by a receiver' });
      expect(two.heard[0]?.message).toEqual(before);
    });

    it('keeps the order of one sender', async () => {
      const { heard } = await listen({ names: ['web'] });
      for (let n = 1; n <= 100; n++) await control.publish('app', appMessage('web', n));
      await eventually(() => heard.length === 100);
      expect(heard.map(({ message }) => (message.body.app as AppGeneration).generation)).toEqual(
        Array.from({ length: 100 }, (_, n) => n + 1),
      );
    });

    it('goes on coming after a handler has thrown, and the sender is not told', async () => {
      const { heard } = await listen({ all: true });
      const poison = appMessage('web');
      await control.publish('app', { ...poison, body: { ...poison.body, poison: true } as typeof poison.body });
      await control.publish('app', appMessage('web'));
      await eventually(() => heard.length === 2);
    });

    it('is heard by nobody when there is nobody, and that is no error', async () => {
      await control.publish('app', appMessage('web'));
    });
  });

  describe('a connection', () => {
    it('is told of when the inbox is subscribed: what is sent from then on arrives', async () => {
      const host = await bus.host();
      host.onConnected(() => void control.publish('app', appMessage('web')));
      const { heard } = await listen({ all: true }, host);
      await eventually(() => heard.length === 1);
    });

    it('is told of at once to one who asks later', async () => {
      const { host } = await listen({ all: true });
      let told = 0;
      host.onConnected(() => told++);
      await eventually(() => told === 1);
    });

    it('that was cut lets nothing through, and is told of again when it is back', async () => {
      const { host, heard } = await listen({ all: true });
      let told = 0;
      host.onConnected(() => told++);
      await bus.cut(host);
      await control.publish('app', appMessage('missed'));
      await expect(host.report(report('h'))).rejects.toMatchObject(AWAY);
      await expect(host.snapshot(question)).rejects.toMatchObject(AWAY);
      await bus.mend(host);
      await eventually(() => told === 2);
      await control.publish('app', appMessage('web'));
      await eventually(() => heard.length > 0);
      expect(names(heard)).toEqual(['web']);
    });

    it('goes on when one of those who are told of it throws', async () => {
      const host = await bus.host();
      host.onConnected(() => {
        throw new Error('no');
      });
      const { heard } = await listen({ all: true }, host);
      await control.publish('app', appMessage('web'));
      await eventually(() => heard.length === 1);
    });
  });

  describe('a report', () => {
    it('reaches one of several subscribers, and each gets its part', async () => {
      const [one, two]: [number[], number[]] = [[], []];
      await control.subscribe('report', async ({ body }) => void one.push(body.count));
      await (await bus.control()).subscribe('report', async ({ body }) => void two.push(body.count));
      const host = await bus.host();
      for (let n = 1; n <= 20; n++) await host.report(report('h', n));
      await eventually(() => one.length + two.length === 20);
      expect([...one, ...two].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
      expect(one.length).toBeGreaterThan(0);
      expect(two.length).toBeGreaterThan(0);
    });

    it('is not repeated for a subscriber that throws, and the next one comes', async () => {
      const counts: number[] = [];
      await control.subscribe('report', async ({ body }) => {
        counts.push(body.count);
        if (body.count === 1) throw new Error('no');
      });
      const host = await bus.host();
      await host.report(report('h', 1));
      await host.report(report('h', 2));
      await eventually(() => counts.includes(2));
      expect(counts).toEqual([1, 2]);
    });

    it('no longer reaches one that unsubscribed', async () => {
      const [left, stays]: [string[], string[]] = [[], []];
      const leave = await control.subscribe('report', async ({ body }) => void left.push(body.host));
      await control.subscribe('report', async ({ body }) => void stays.push(body.host));
      await leave();
      const host = await bus.host();
      for (let n = 1; n <= 4; n++) await host.report(report('h', n));
      await eventually(() => stays.length === 4);
      expect(left).toEqual([]);
    });
  });

  it('tells every subscriber of a changed status', async () => {
    const heard: string[][] = [];
    await control.subscribe('status', async ({ body }) => void heard.push(body.apps));
    await (await bus.control()).subscribe('status', async ({ body }) => void heard.push(body.apps));
    await control.publish('status', seal('test', 'store', { apps: ['web'] }));
    await eventually(() => heard.length === 2);
    expect(heard).toEqual([['web'], ['web']]);
  });

  describe('a question', () => {
    it('is answered, by one of those who can', async () => {
      let asked = 0;
      for (const each of [control, await bus.control()]) {
        await each.answerSnapshots(async (request) => {
          asked++;
          expect(request).toEqual(question);
          return answer;
        });
      }
      const host = await bus.host();
      const answers = await Promise.all([1, 2, 3, 4].map(() => host.snapshot(question)));
      expect(answers).toEqual([answer, answer, answer, answer]);
      expect(asked).toBe(4);
    });

    it('that nobody answers is given up', async () => {
      const host = await bus.host();
      await expect(host.snapshot(question)).rejects.toMatchObject({ ...AWAY, code: 'no-answer' });
      const leave = await control.answerSnapshots(async () => answer);
      await leave();
      await expect(host.snapshot(question)).rejects.toMatchObject({ ...AWAY, code: 'no-answer' });
    });

    it('whose answerer throws, or says nothing, is given up, and the next one is answered', async () => {
      const answers = [Promise.reject(new Error('no')), undefined as never, Promise.resolve(answer)];
      await control.answerSnapshots(async () => answers.shift() ?? (undefined as never));
      const host = await bus.host();
      await expect(host.snapshot(question)).rejects.toMatchObject({ ...AWAY, code: 'no-answer' });
      await expect(host.snapshot(question)).rejects.toMatchObject({ ...AWAY, code: 'no-answer' });
      await expect(host.snapshot(question)).resolves.toEqual(answer);
    });
  });
}
