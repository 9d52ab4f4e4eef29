import type { AppGeneration, Envelope, HostReport } from '@nebula/domain';
import { Controller, type INestMicroservice, Logger } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlBus } from './control-bus';
import { type HostBus, INBOX } from './host-bus';
import { seal } from './messages';
import type { Audience } from './topics';

/** One bus, and as many ends of it as a test wants. Hosts wait at most about half a second for an answer. */
export interface BusUnderTest {
  control(): Promise<ControlBus>;
  host(): Promise<HostBus>;
  /** Cuts the host's connection, with all that was on its way. */
  cut(host: HostBus): Promise<void>;
  mend(host: HostBus): Promise<void>;
  /** Takes the whole bus away, for everybody, and brings it back, with what it was told to keep or empty. */
  down(): Promise<void>;
  up(options?: { empty: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** Waits until `condition` holds, 5 s at the most. */
export async function eventually(condition: () => boolean, what = condition.toString()): Promise<void> {
  for (const end = Date.now() + 5_000; !condition(); await sleep(2)) {
    if (Date.now() > end) throw new Error(`never became true: ${what}`);
  }
}

type Heard = { pattern: string; message: Envelope<Record<string, unknown>> };

/** The worker's handlers, as small as they get. */
@Controller()
export class Ear {
  readonly heard: Heard[] = [];

  @EventPattern(INBOX.app)
  app(@Payload() message: Heard['message']): void {
    this.hear(INBOX.app, message);
  }
  @EventPattern(INBOX.group)
  group(@Payload() message: Heard['message']): void {
    this.hear(INBOX.group, message);
  }
  @EventPattern(INBOX.digest)
  digest(@Payload() message: Heard['message']): void {
    this.hear(INBOX.digest, message);
  }

  private hear(pattern: string, message: Heard['message']): void {
    this.heard.push({ pattern, message });
    if (message.body.poison) throw new Error('poison');
  }
}

const app = (name: string, generation = 1): AppGeneration => ({
  name,
  generation,
  deleted: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  actor: 'test',
  spec: { name, image: 'busybox' },
  bornAt: 1,
  restartedAt: 0,
  pulledAt: 0,
});
export const appMessage = (name: string, generation = 1) => seal('test', 'store', { app: app(name, generation) });
const groupMessage = (name: string) => {
  const { createdAt, updatedAt, actor } = app(name);
  const group = { name, generation: 1, deleted: false, createdAt, updatedAt, actor, apps: [] };
  return seal('test', 'store', { group, apps: [] });
};
export const report = (host: string, count = 1): Envelope<HostReport> =>
  seal('test', 'store', {
    host,
    start: 'start',
    count,
    full: true,
    selection: { all: true, names: [] },
    workerVersion: '3',
    problems: [],
    apps: [],
    gone: [],
  });
const question = seal('test', '', { host: 'h', selection: { all: true, names: [] }, known: [] });
const answer = seal('test', 'store', { groups: [], apps: [app('web')] });
const AWAY = { name: 'DomainError', kind: 'unavailable' };

/** What every adapter of `ControlBus` and `HostBus` has to keep. */
export function busContract(open: () => Promise<BusUnderTest>): void {
  let bus: BusUnderTest;
  let control: ControlBus;
  let microservices: INestMicroservice[] = [];

  beforeEach(async () => {
    Logger.overrideLogger(false);
    bus = await open();
    control = await bus.control();
  });
  afterEach(async () => {
    await Promise.all(microservices.map((each) => each.close()));
    microservices = [];
    await bus.close();
    Logger.overrideLogger(['error', 'warn']);
  });

  /** A worker on the bus, subscribed. */
  async function listen(audience: Partial<Audience>, host?: HostBus): Promise<{ host: HostBus; heard: Heard[] }> {
    const own = host ?? (await bus.host());
    const module = await Test.createTestingModule({ controllers: [Ear] }).compile();
    const service = module.createNestMicroservice({ strategy: own.inbox({ all: false, names: [], ...audience }) });
    microservices.push(service);
    let connected = false;
    own.onConnected(() => (connected = true));
    Logger.overrideLogger(false);
    await service.listen();
    await eventually(() => connected);
    return { host: own, heard: service.get(Ear).heard };
  }

  const names = (heard: Heard[]) =>
    heard.map(({ message: { body } }) => {
      const { app: ofApp, group, scope } = body as Record<string, Record<string, string> | undefined>;
      return ofApp?.name ?? group?.name ?? JSON.stringify(scope);
    });

  describe('desired state', () => {
    it('reaches the hosts on all, those that list the app, and those whose group it was routed to, and no others', async () => {
      await control.route('kiosks', ['other', 'web']);
      const [all, named, grouped, stranger] = await Promise.all([
        listen({ all: true }),
        listen({ names: ['web', 'last'] }),
        listen({ group: 'kiosks' }),
        listen({ names: ['last'], group: 'shops' }),
      ]);
      await control.route('kiosks', ['last']);
      await control.publish('app', appMessage('web'));
      await control.publish('app', appMessage('last'));
      await eventually(() => [all, named, grouped].every(({ heard }) => heard.length === 2));
      await eventually(() => stranger.heard.length === 1);
      for (const { heard } of [all, named, grouped]) expect(names(heard)).toEqual(['web', 'last']);
      expect(names(stranger.heard)).toEqual(['last']);
    });

    it('reaches a host once, however many reasons there are for it', async () => {
      await control.route('kiosks', ['web', 'web']);
      await control.route('kiosks', ['web']);
      const { heard } = await listen({ all: true, names: ['web', 'web'], group: 'kiosks' });
      await control.publish('app', appMessage('web'));
      await control.publish('app', appMessage('last'));
      await eventually(() => heard.length >= 2);
      expect(names(heard)).toEqual(['web', 'last']);
    });

    it('of an app goes on reaching a group that others were routed to later, and one that subscribed before', async () => {
      const { heard } = await listen({ group: 'kiosks' });
      await control.route('kiosks', ['web']);
      await control.route('kiosks', ['other']);
      await control.publish('app', appMessage('web'));
      await eventually(() => heard.length === 1);
      expect(names(heard)).toEqual(['web']);
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
      await control.route('kiosks', ['web']);
      const all = await listen({ all: true });
      const named = await listen({ names: ['web'] });
      const grouped = await listen({ group: 'kiosks' });
      for (const scope of [{ app: 'web' }, { group: 'kiosks' }, { all: true }] as const) {
        await control.publish('digest', seal('test', 'store', { scope, digest: 'abc' }));
      }
      await control.publish('app', appMessage('web'));
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

  describe('a bus that is away', () => {
    it('refuses what is published and routed', async () => {
      await bus.down();
      await expect(control.publish('app', appMessage('web'))).rejects.toMatchObject(AWAY);
      await expect(control.route('g', ['web'])).rejects.toMatchObject(AWAY);
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

    it('may come back without its routes: made again, they hold again', async () => {
      const { heard } = await listen({ group: 'g' });
      await control.route('g', ['web']);
      await bus.down();
      await bus.up({ empty: true });
      await control.route('g', ['web']);
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
