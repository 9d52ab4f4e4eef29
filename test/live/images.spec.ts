import { randomInt } from 'node:crypto';
import type { AppSpec } from './apps';
import { idsOf, look, namesOf, namesTo, runs, type Seen } from './look';
import { Nebula, removeAll } from './nebula';
import { loginOf, PrivateImages } from './private-images';
import { eventually } from './support/eventually';
import { OwnRegistry } from './support/registry';

jest.setTimeout(60_000);

let registry: OwnRegistry;
let nebula: Nebula;
let images: PrivateImages;

beforeAll(async () => {
  registry = await OwnRegistry.create();
  nebula = await Nebula.start('images', { settings: { REGISTRIES: loginOf(registry) } });
  images = new PrivateImages(nebula, registry);
});

afterAll(async () => {
  await removeAll(nebula);
  await registry.remove();
});

/** An app of two whose image is in the registry only; it goes after the test. */
async function created(more: Partial<AppSpec> = {}): Promise<{ name: string; image: string; seen: Seen[] }> {
  const name = `live-image${randomInt(1e6)}`;
  await images.push(`${name}:1`);
  const image = images.reference(`${name}:1`);
  const { rollout } = await nebula.apps.create({ name, image, containersPer: { host: 2 }, ...more });
  expect(rollout).toMatchObject({ converged: 1 });
  return { name, image, seen: await look(nebula, name) };
}

async function expectFailed(name: string, reason: string, error: string | RegExp = /./): Promise<void> {
  const { rollout, failures } = await nebula.apps.status(name);
  expect(rollout).toMatchObject({ failed: 1 });
  expect(failures).toEqual([
    { reason, hosts: 1, examples: [expect.objectContaining({ error: expect.stringMatching(error) })] },
  ]);
}

async function expectSame(name: string, before: Seen[]): Promise<void> {
  const now = await look(nebula, name);
  expect(idsOf(now)).toEqual(idsOf(before));
  expect(now.every(runs)).toBe(true);
}

const heals = (name: string): Promise<unknown> =>
  eventually(async () => (await nebula.apps.status(name)).rollout.converged === 1, { within: 30_000 });

describe('an image of a private registry', () => {
  test('is fetched once, with the login of the conf, for all containers of an app', async () => {
    const { seen, image } = await created();
    const pulled = await nebula.docker.run(['image', 'inspect', '--format', '{{.Id}}', image]);
    expect(seen.map(({ Image }) => Image)).toEqual([pulled, pulled]);
  });

  test('is the same for all containers, also for those made after its tag has moved', async () => {
    const { name, seen } = await created({ containersPer: { host: 1 } });
    await images.push(`${name}:1`);
    await images.pull(`${name}:1`);
    await nebula.apps.patch(name, { containersPer: { host: 3 } });
    const grown = await look(nebula, name);
    expect(new Set(grown.map(({ Image }) => Image))).toEqual(new Set([seen[0]?.Image]));
    expect(idsOf(grown)[0]).toBe(idsOf(seen)[0]);
    await nebula.docker.run(['rm', '--force', `${name}-2`]);
    await eventually(async () => (await look(nebula, name)).filter(runs).length === 3);
    expect(new Set((await look(nebula, name)).map(({ Image }) => Image))).toEqual(new Set([seen[0]?.Image]));
    await nebula.apps.accepted.delete(name);
  });

  test('replaces the containers by a pull when the tag has moved, and only then', async () => {
    const { name, seen } = await created();
    expect((await nebula.apps.order(name, 'pull')).rollout).toMatchObject({ converged: 1 });
    await expectSame(name, seen);
    const id = await images.push(`${name}:1`);
    expect((await nebula.apps.order(name, 'pull')).rollout).toMatchObject({ converged: 1 });
    const now = await look(nebula, name);
    expect(namesOf(now)).toEqual(namesTo(name, 2));
    expect(now.map(({ Image }) => Image)).toEqual([id, id]);
    await nebula.apps.accepted.delete(name);
  });
});

describe('a pull that fails leaves what runs, and says why', () => {
  test('for an image that does not exist', async () => {
    const { name, seen } = await created();
    await nebula.apps.patch(name, { image: images.reference(`${name}:none`) });
    await expectFailed(name, 'image-pull-failed', 'none');
    await expectSame(name, seen);
    await images.push(`${name}:none`);
    await heals(name);
    await nebula.apps.accepted.delete(name);
  });

  test('for a registry that refuses the login, and goes on when the conf is right', async () => {
    const { name, seen } = await created();
    await images.push(`${name}:2`);
    await nebula.term();
    nebula.set({ REGISTRIES: loginOf({ host: registry.host, user: registry.user, password: 'wrong' }) });
    await nebula.start();
    await nebula.apps.patch(name, { image: images.reference(`${name}:2`) });
    await expectFailed(name, 'registry-login-refused');
    await expectSame(name, seen);
    expect(nebula.output).not.toContain('wrong');
    await nebula.term();
    nebula.set({ REGISTRIES: loginOf(registry) });
    await nebula.start();
    await heals(name);
    await nebula.apps.accepted.delete(name);
  });

  test('for an image that is not here, with pull policy never; one that is here is used', async () => {
    const { name, seen } = await created();
    await images.push(`${name}:2`);
    await nebula.apps.patch(name, { image: images.reference(`${name}:2`), pullPolicy: 'never' });
    await expectFailed(name, 'image-missing', 'never');
    await expectSame(name, seen);
    await images.pull(`${name}:2`);
    await heals(name);
    await nebula.apps.accepted.delete(name);
  });
});

describe('with the registry away', () => {
  afterEach(() => registry.back());

  test('a new image is told to be out of reach, and comes when the registry does', async () => {
    const { name, seen } = await created();
    await images.push(`${name}:2`);
    await registry.away();
    await nebula.apps.patch(name, { image: images.reference(`${name}:2`) });
    await expectFailed(name, 'image-pull-failed', /refused/);
    await expectSame(name, seen);
    await registry.back();
    await heals(name);
    await nebula.apps.accepted.delete(name);
  });

  test('what runs is scaled, repaired and taken over, whatever the pull policy', async () => {
    const both = await Promise.all([created({ pullPolicy: 'ifMissing' }), created({ pullPolicy: 'always' })]);
    for (const { name } of both) await images.forget(`${name}:1`);
    await registry.away();
    await Promise.all(both.map(grow));
    await Promise.all(both.map(loseOne));
    await nebula.restart('SIGKILL');
    await Promise.all(both.map(expectTakenOver));
  });

  type Made = Awaited<ReturnType<typeof created>>;

  async function grow({ name, seen }: Made): Promise<void> {
    expect((await nebula.apps.patch(name, { containersPer: { host: 3 } })).rollout).toMatchObject({ converged: 1 });
    expect(idsOf(await look(nebula, name)).slice(0, 2)).toEqual(idsOf(seen));
  }

  async function loseOne({ name }: Made): Promise<void> {
    await nebula.docker.run(['rm', '--force', `${name}-1`]);
    await eventually(async () => (await look(nebula, name)).filter(runs).length === 3);
  }

  async function expectTakenOver({ name, seen }: Made): Promise<void> {
    await heals(name);
    const now = await look(nebula, name);
    expect(namesOf(now)).toEqual(namesTo(name, 3));
    expect(new Set(now.map(({ Image }) => Image))).toEqual(new Set([seen[0]?.Image]));
    expect((await nebula.apps.patch(name, { rolling: { maxUnavailable: 2 } })).rollout).toMatchObject({ converged: 1 });
    expect(idsOf(await look(nebula, name))).toEqual(idsOf(now));
  }
});
