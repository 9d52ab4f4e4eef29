import { seal, type Topic } from '@nebula/bus';
import type { AppMessage, GroupMessage } from '@nebula/domain';
import { ReportIntake } from '../../apps/monitor/src/report-intake';
import { eventually, eventuallyTrue, type Fleet, group, names, all, NEVER_MS, scenario, throughout } from './fleet';

type Json = Record<string, unknown>;

let deep: Json = {};
for (let level = 0; level < 10_000; level++) deep = { deep };

const OF_BOTH: Json[] = [
  { generation: '9' },
  { generation: -1 },
  { generation: 1e300 },
  { deleted: 'no' },
  { createdAt: 5 },
  deep,
];
const OF_APP: Json[] = [{ spec: null }, { spec: { name: 'another', image: 'x' } }, { restartedAt: 1e9 }, { bornAt: 0 }];
const OF_GROUP: Json[] = [{ apps: [null] }, { apps: 'none' }, { apps: ['x'.repeat(1_000)] }];

/** A generation spoilt in every way, but for its name, by which it finds its receivers. */
function spoilt(good: Json, changes: readonly Json[]): Json[] {
  const without = Object.keys(good).filter((key) => key !== 'name');
  return [...OF_BOTH, ...changes, ...without.map((key) => ({ [key]: undefined }))].map((change) => ({
    ...good,
    ...change,
  }));
}

/** Envelopes that nobody may take in, around bodies that they might. */
function envelopes(fleet: Fleet, store: string, body: Json): Json[] {
  const good = seal(fleet.installation, store, body);
  const wrong = [{ v: 2 }, { v: undefined }, { installation: 5 }, { store: 7 }, { store: { a: 1 } }];
  return [
    ...wrong.map((change) => ({ ...good, ...change })),
    seal('another-installation', store, body),
  ] as object as Json[];
}

/** What was said of an app and a group, spoilt; and what never was a message. */
async function shout(fleet: Fleet, store: string): Promise<void> {
  const send = (topic: Topic, envelope: object) => fleet.bus.publish(topic, envelope as never).catch(() => undefined);
  const say = (topic: Topic, body: unknown) => send(topic, seal(fleet.installation, store, body));
  // Of newer generations: taken in, they would win.
  const app = { ...(await fleet.control.apps.newest('web')), generation: 1_000 };
  const list = { ...(await fleet.control.groups.newest('edge')), generation: 1_000 };
  for (const bad of spoilt(app, OF_APP)) await say('app', { app: bad });
  for (const bad of spoilt(list, OF_GROUP)) await say('group', { group: bad, apps: [] });
  for (const bad of ['none', [deep], [null]]) await say('group', { group: list, apps: bad });
  for (const envelope of envelopes(fleet, store, { app })) await send('app', envelope);
  for (const scope of [{ all: true }, { app: 'web' }, { group: 'edge' }]) {
    for (const digest of [5, null, '', deep]) await say('digest', { scope, digest });
  }
  for (const topic of ['report', 'status'] as const) {
    for (const body of [{}, [], 'text', 5, deep, { host: deep }, { apps: 'all' }, { host: 'host-1', full: 'yes' }]) {
      await say(topic, body);
      await send(topic, { v: 1, body });
    }
  }
}

const kinds = [all(), names('web'), group('edge')];

scenario('messages that are none are counted and change nothing', { selections: kinds }, async (fleet) => {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1' });
  await person.createGroup('edge', ['web']);
  await fleet.settles();
  fleet.guardAll('what no bad message may change');
  const { store = '' } = (await person.host('host-1'))!;

  await shout(fleet, store);
  const question = { host: deep, selection: 5, known: 'all' } as never;
  await Promise.allSettled(fleet.hosts.map(({ voice }) => voice.snapshot(seal(fleet.installation, store, question))));
  await eventually('every host counts them', async () => {
    const hosts = await person.hosts();
    return hosts.filter(({ problems }) => problems.every(({ code }) => code !== 'bad-messages')).map(({ id }) => id);
  });
  const { counts } = fleet.control.part(ReportIntake).refused;
  expect(counts).toMatchObject({ malformed: expect.any(Number) });
  await fleet.settles();
  fleet.releaseAll();
  await person.patch('web', { env: { LEVEL: 'b' } });
  await fleet.settles();
});

scenario('answers that are none are asked for again', { selections: kinds }, async (fleet) => {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1' });
  await person.createGroup('edge', ['web']);
  await fleet.settles();
  const answers = [
    null,
    5,
    {},
    seal('another', 'store', {}),
    seal(fleet.installation, 's', { apps: [deep], groups: 0 }),
  ];
  let asked = 0;
  // One of two who answer, so that hosts get this answer and a good one in turn.
  const end = fleet.bus.answer(async () => answers[asked++ % answers.length] as never);
  await eventuallyTrue('there were bad answers', () => {
    fleet.hosts.forEach((host) => host.cutOff());
    fleet.hosts.forEach((host) => host.comeBack());
    return asked > answers.length;
  });
  fleet.hosts.forEach((host) => host.cutOff());
  await person.patch('web', { env: { LEVEL: 'b' } });
  fleet.hosts.forEach((host) => host.comeBack());
  await fleet.settles();
  end();
});

const OVERTAKING = { duplicate: 0.2, delayMs: 15, reorder: 0.3 };

scenario(
  'old messages, sent again, change nothing',
  { selections: kinds, digestMs: NEVER_MS, unkind: OVERTAKING },
  async (fleet) => {
    const { person } = fleet;
    await person.create({ name: 'web', image: 'web:1' });
    await person.createGroup('edge', ['web']);
    await person.patch('web', { env: { LEVEL: 'b' } });
    await person.list('edge', []);
    await person.remove('web');
    await person.create({ name: 'web', image: 'web:2' });
    await person.list('edge', ['web']);
    await fleet.settles();
    fleet.guardAll('what old messages must not change');
    const newest = { web: (await fleet.control.apps.newest('web'))?.generation ?? 0, edge: 3 };
    const isOld = ({ text }: { text: string }): boolean => {
      const { app, group: list } = (JSON.parse(text) as { body: Partial<AppMessage & GroupMessage> }).body;
      return (app?.generation ?? newest.web) < newest.web || (list?.generation ?? newest.edge) < newest.edge;
    };
    // Without the newest ones, which would put right what the old ones had spoilt.
    expect(fleet.bus.replay(isOld)).toBeGreaterThan(4);
    await throughout(100, 'nothing is touched', () => (fleet.assertUntouched(), true));
    await fleet.settles();
  },
);

scenario('a file that is none is put aside', { selections: kinds }, async (fleet) => {
  const { person } = fleet;
  await person.create({ name: 'web', image: 'web:1' });
  await person.createGroup('edge', ['web']);
  await fleet.settles();
  fleet.guardAll('what a lost file must not cost');
  const contents = [
    '',
    '{"version":1,"desired":{"apps":[{"name":"web","generation":99}]},"memory":{}}',
    '['.repeat(100_000),
  ];
  for (const [index, host] of fleet.hosts.entries()) {
    host.kill();
    host.spoilFile(contents[index]!);
    await host.start();
  }
  await fleet.settles();
});
