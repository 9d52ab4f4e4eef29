import type { AppGeneration, Selection } from '@nebula/domain';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokerAdmin } from '../../services/broker-admin';
import { eventually } from '../support/eventually';
import { JoiningHost } from './joining-host';
import { TwoApis } from './two-apis';

const JOINS = 1000;
/** Of hosts that are joining at a time. */
const TOGETHER = 100;
const VHOST = 'nebula-joins';
const INSTALLATION = 'joins';
const APPS = ['a', 'b', 'c', 'd', 'e'];

describe('hosts that join while two apis take changes without a pause, and no digest is told', () => {
  const admin = new BrokerAdmin(process.env.NEBULA_TEST_RABBIT_ADMIN!);
  const address = new URL(process.env.NEBULA_TEST_RABBIT!);
  const rabbit = {
    urls: [new URL(`/${VHOST}`, address).href],
    heartbeatSeconds: 5,
    connectionName: 'joins',
    queueType: 'classic' as const,
  };
  const hosts: JoiningHost[] = [];
  let folder: string;
  let apis: TwoApis;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nebula-joins-'));
    await admin.putVhost(VHOST, decodeURIComponent(address.username));
    apis = await TwoApis.start(folder, rabbit, INSTALLATION);
    for (const name of APPS) await accepted(apis.client(0).POST('/api/v3/apps', { body: { name, image: 'x' } }));
    await accepted(apis.client(1).POST('/api/v3/device-groups', { body: { name: 'edge', apps: ['a'] } }));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.leave()));
    await apis?.stop();
    await admin.deleteVhost(VHOST);
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  /** Changes apps and the group's list, on both replicas in turn, until it is told to stop. @returns how many changes */
  async function changeOn(isOver: () => boolean): Promise<number> {
    let n = 0;
    for (; !isOver(); n++) {
      const path = { name: APPS[n % APPS.length] as string };
      await accepted(
        apis.client(n).PATCH('/api/v3/apps/{name}', { params: { path }, body: { env: { N: String(n) } } }),
      );
      if (n % 3 > 0) continue;
      const list = APPS.filter((_, index) => (n >> index) & 1);
      const edge = { path: { name: 'edge' } };
      await accepted(apis.client(n + 1).PATCH('/api/v3/device-groups/{name}', { params: edge, body: { apps: list } }));
    }
    return n;
  }

  async function joinAll(): Promise<void> {
    const selections: Selection[] = [
      { all: true, names: [] },
      { all: false, names: ['b', 'd'] },
      { all: false, names: ['e'], group: 'edge' },
    ];
    for (let n = 0; n < JOINS; n++) {
      hosts.push(new JoiningHost(`host-${n}`, rabbit, INSTALLATION, selections[n % selections.length] as Selection));
      const underWay = () => hosts.filter((host) => !host.hasJoined).length;
      await eventually(async () => underWay() < TOGETHER, { within: 30_000 });
    }
    await eventually(async () => hosts.every((host) => host.hasJoined), { within: 60_000 });
  }

  /** What a host has not, of what it should have. */
  function lacks({ id, desired, selection }: JoiningHost, newest: AppGeneration[], edge: number): string[] {
    const missing = selection.group && desired.groupGeneration !== edge ? [`${id} has not edge ${edge}`] : [];
    const selected = new Set(selection.all ? APPS : [...selection.names, ...desired.listed().map(({ name }) => name)]);
    const old = newest.filter(
      ({ name, generation }) => selected.has(name) && desired.newest(name)?.generation !== generation,
    );
    return [...missing, ...old.map(({ name, generation }) => `${id} has not ${name} ${generation}`)];
  }

  it('are left on an old generation never', async () => {
    let over = false;
    const changes = changeOn(() => over);
    await joinAll().finally(() => (over = true));
    expect(await changes).toBeGreaterThan(30);
    const newest = await apis.apps.newestOf(APPS);
    const edge = (await apis.groups.newest('edge'))?.generation ?? 0;
    const lacking = () => hosts.flatMap((host) => lacks(host, newest, edge));
    await eventually(async () => lacking().length === 0, { within: 10_000 }).catch(() => undefined);
    expect(lacking()).toEqual([]);
    expect(hosts.flatMap(({ refused }) => refused)).toEqual([]);
  }, 180_000);
});

async function accepted(call: Promise<{ data?: unknown; response: Response }>): Promise<void> {
  const { data, response } = await call;
  if (data === undefined) throw new Error(`${response.url} was answered by ${response.status}`);
}
