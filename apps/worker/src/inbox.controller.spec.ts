import { seal } from '@nebula/bus';
import { digestOfAll, digestOfApp, digestOfGroup } from '@nebula/domain';
import fc from 'fast-check';
import { generationOf, INSTALLATION, STORE, WorkerLife } from './worker-life.arbitrary';

const WEB = generationOf({ name: 'web', image: 'web:1' }, 3);
const common = { createdAt: 'then', updatedAt: 'now', actor: 'me', deleted: false };
const SHOPS = { ...common, name: 'shops', generation: 2, apps: ['web'] };

describe("the worker's inbox", () => {
  let host: WorkerLife;
  let asked: number;

  beforeEach(async () => {
    host = await new WorkerLife().open();
    asked = 0;
    await host.control.answerSnapshots(() => {
      asked++;
      return Promise.reject(new Error('nobody'));
    });
  });
  afterEach(() => host.close());

  const start = async (): Promise<void> => {
    await host.start();
    await host.until('its snapshot is there', () => host.reports.some(({ store }) => store === STORE));
    asked = 0;
  };
  const badMessages = (): string | undefined =>
    host.reports.at(-1)?.problems.find(({ code }) => code === 'bad-messages')?.detail;
  const lastSaid = async (): Promise<string | undefined> => {
    await host.clock.advance(1500);
    return badMessages();
  };

  describe('takes nothing in that it cannot read, counts it, says so, and lives:', () => {
    const deep = JSON.parse('{"a":'.repeat(5000) + '1' + '}'.repeat(5000)) as object;
    const messages: [string, unknown, string][] = [
      ['nothing', undefined, 'malformed: must be an object'],
      ['null', null, 'malformed'],
      ['a number', 5, 'malformed'],
      ['a text', 'x'.repeat(100_000), 'malformed'],
      ['a list', [[[]]], 'malformed'],
      ['no body', { v: 1, installation: INSTALLATION, store: STORE }, 'malformed/body'],
      ['another version', { ...seal(INSTALLATION, STORE, { app: WEB }), v: 2 }, 'version/v'],
      ['another installation', seal('other', STORE, { app: WEB }), 'foreign/installation'],
      ['10,000 levels', seal(INSTALLATION, STORE, { app: { ...WEB, spec: deep } }), 'too-deep'],
      ['no generation', seal(INSTALLATION, STORE, { app: { ...WEB, generation: undefined } }), 'malformed/body/app'],
      ['an odd name', seal(INSTALLATION, STORE, { app: { ...WEB, name: '__proto__' } }), 'malformed/body/app'],
    ];

    it.each(messages)('%s', async (_, message, reason) => {
      await start();
      for (const topic of ['app', 'group', 'digest'] as const) host.inbox[topic](message);
      expect(await lastSaid()).toMatch(new RegExp(`^3 messages were refused, the last one: ${reason.split('/')[0]}`));
      host.inbox.app(message);
      expect(await lastSaid()).toContain(`4 messages were refused, the last one: ${reason}`);
      await host.publish(generationOf({ name: 'web', image: 'web:1' }));
      await host.converged(1);
    });

    it('anything', async () => {
      await start();
      fc.assert(
        fc.property(fc.anything(), (junk) => {
          for (const topic of ['app', 'group', 'digest'] as const) {
            host.inbox[topic](junk);
            host.inbox[topic](seal(INSTALLATION, STORE, junk));
            host.inbox[topic](seal(INSTALLATION, STORE, { app: junk, group: junk, apps: junk, scope: junk }));
          }
        }),
      );
      await host.publish(generationOf({ name: 'web', image: 'web:1' }));
      await host.converged(1);
    });

    it('a hundred thousand of them, which make a few reports', async () => {
      await start();
      const before = host.reports.length;
      for (let i = 0; i < 100_000; i++) {
        host.inbox.app({});
        if (i % 1000 === 0) await host.clock.advance(10);
      }
      expect(await lastSaid()).toContain('100000 messages were refused');
      expect(host.reports.length - before).toBeLessThan(6);
    });
  });

  it('leaves an app with a setting that it does not know as it runs, and says what it needs', async () => {
    host.stored(generationOf({ name: 'web', image: 'web:1' }));
    await host.start();
    await host.converged(1);
    const before = host.containers();
    const newer = { name: 'web', image: 'web:1', teleport: { to: 'mars' } } as never;
    await host.publish(generationOf(newer, 2), generationOf({ name: 'db', image: 'web:1' }));
    await host.converged(1, 'db');
    expect(host.said()).toMatchObject({ generation: 2, state: 'failed', reason: 'newer-worker-needed' });
    expect(host.said()!.error).toContain('/teleport');
    expect(host.containers()).toEqual(expect.arrayContaining(before));
  });

  it.each([null, 5, [], { image: 'web:1' }, { name: 'web' }, { name: 'web', image: 'web:1', ports: 'all' }])(
    'harms no other app by settings that are none: %j',
    async (spec) => {
      await start();
      host.inbox.app(seal(INSTALLATION, STORE, { app: { ...WEB, spec } }));
      await host.publish(generationOf({ name: 'db', image: 'web:1' }));
      await host.converged(1, 'db');
      expect(host.said('web')?.state ?? 'refused').toMatch(/failed|refused/);
    },
  );

  describe('asks for a snapshot', () => {
    const hear = async (scope: object, digest: string, store = STORE): Promise<number> => {
      await start();
      host.inbox.digest(seal(INSTALLATION, store, { scope, digest }));
      await host.clock.advance(2000);
      return asked;
    };

    it.each<[string, boolean, Partial<WorkerLife['selection']>, object, () => string]>([
      ['not: the same of an app', false, { names: ['web'] }, { app: 'web' }, () => digestOfApp(WEB)],
      ['another of an app', true, { names: ['web'] }, { app: 'web' }, () => digestOfApp({ ...WEB, generation: 4 })],
      ['one of an app that it has nothing of', true, { names: ['db'] }, { app: 'db' }, () => 'any'],
      ['not: another of an app that it does not list', false, { group: 'shops' }, { app: 'web' }, () => 'any'],
      ['not: the same of its group', false, { group: 'shops' }, { group: 'shops' }, () => digestOfGroup(SHOPS, [WEB])],
      ['another of its group', true, { group: 'shops' }, { group: 'shops' }, () => digestOfGroup(SHOPS, [])],
      ['one of its group, which it has nothing of', true, { group: 'depots' }, { group: 'depots' }, () => 'any'],
      ['not: another of another group', false, { group: 'shops' }, { group: 'depots' }, () => 'any'],
      ['not: the same of everything', false, { all: true }, { all: true }, () => digestOfAll([WEB])],
      ['another of everything', true, { all: true }, { all: true }, () => digestOfAll([])],
      [
        'not: another of everything, when it does not run everything',
        false,
        { names: ['web'] },
        { all: true },
        () => 'a',
      ],
    ])('on a digest: %s', async (_, asks, selection, scope, digest) => {
      host.selection = { all: false, names: [], ...selection };
      host.snapshot = { groups: ['shops'], group: SHOPS, apps: [WEB] };
      expect((await hear(scope, digest())) > 0).toBe(asks);
    });

    it("never on another store's digest, but says that it spoke", async () => {
      host.snapshot = { groups: [], apps: [WEB] };
      expect(await hear({ all: true }, 'any', 'store-2')).toBe(0);
      await host.clock.advance(1500);
      expect(host.problems()).toContain('other-store');
    });
  });

  it('takes a group with what it brings along', async () => {
    host.selection = { all: false, names: [], group: 'shops' };
    await start();
    await host.control.publish('group', seal(INSTALLATION, STORE, { group: SHOPS, apps: [WEB] }));
    await host.converged(3);
    expect(host.reports.at(-1)!.groupGeneration).toBe(2);
    expect(host.problems()).toEqual([]);
  });
});
