import fc from 'fast-check';
import { checkHostData, type HostData } from './host-data';

const common = { createdAt: 'then', updatedAt: 'now', actor: 'me', deleted: false };
const app = {
  ...common,
  name: 'web',
  generation: 2,
  spec: { name: 'web', image: 'a' },
  bornAt: 1,
  restartedAt: 0,
  pulledAt: 0,
};
const group = { ...common, name: 'shops', generation: 1, apps: ['web'] };
const image = { reference: 'web:1', id: 'sha256:1', settings: '1:a', pulledAt: 0, life: '1.0' };
const owner = {
  installation: 'shop',
  store: 'store-1',
  app: 'web',
  generation: 2,
  ordinal: 1,
  settings: '1:a',
  life: { bornAt: 1, restartedAt: 0 },
};
const volume = { name: 'ab'.repeat(32), target: '/data', owner };
const whole: HostData = {
  version: 1,
  desired: { store: 'store-1', apps: [app], group, liveGroup: group, inherited: { web: 2 } },
  memory: { images: { web: image }, claims: { '80/tcp': 'web' }, volumes: [volume], own: { '4c01': 'a1' } },
};
const limits = { nanoCpus: 0, memory: 0, restartPolicy: 'unless-stopped', others: [] };
const making = { limits, warnings: ['no memory limits'] };
const made: HostData = { ...whole, memory: { ...whole.memory, makings: { c1: making, c2: {}, c3: { stuck: true } } } };
const fresh: HostData = { version: 1, desired: { apps: [] }, memory: { images: {}, claims: {} } };

/** The file with one place changed; its path as keys. */
function changed(path: string[], to: unknown): unknown {
  const copy = structuredClone(whole) as unknown as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy);
  parent[path.at(-1)!] = to;
  return copy;
}

describe("what is read from the host's disk", () => {
  /** Of a worker that did not keep for which life of an app its image was looked for. */
  const { life, ...olderImage } = image;
  const older: HostData = { ...whole, memory: { ...whole.memory, images: { web: olderImage } } };

  it.each([whole, made, fresh, older])('is taken as it was written: %j', (data) => {
    const read: unknown = JSON.parse(JSON.stringify(data));
    expect(checkHostData(read)).toEqual(data);
  });

  it.each<[string, string[], unknown]>([
    ['of another version', ['version'], 2],
    ['without desired state', ['desired'], undefined],
    ['without memory', ['memory'], null],
    ['with an odd store', ['desired', 'store'], 5],
    ['with a store without name', ['desired', 'store'], ''],
    ['without apps', ['desired', 'apps'], undefined],
    ['with an app of no generation', ['desired', 'apps'], [{ ...app, generation: 0 }]],
    ['with an app without settings', ['desired', 'apps'], [{ ...app, spec: undefined }]],
    ['with an odd group', ['desired', 'group'], { ...group, apps: 'web' }],
    ['with an odd list of its group', ['desired', 'liveGroup'], { ...group, apps: [5] }],
    ['with an odd inheritance', ['desired', 'inherited'], [1]],
    ['with an inheritance of no numbers', ['desired', 'inherited'], { web: '2' }],
    ['with odd images', ['memory', 'images'], []],
    ['with an image that is none', ['memory', 'images'], { web: 5 }],
    ['with an image of an odd id', ['memory', 'images'], { web: { ...image, id: 5 } }],
    ['with an image of odd settings', ['memory', 'images'], { web: { ...image, settings: null } }],
    ['with an image of an odd pull', ['memory', 'images'], { web: { ...image, pulledAt: '1' } }],
    ['with an image of an odd life', ['memory', 'images'], { web: { ...image, life: 1 } }],
    ['with odd claims', ['memory', 'claims'], 'all'],
    ['with odd makings', ['memory', 'makings'], []],
    ['with a making that is none', ['memory', 'makings'], { c1: 5 }],
    ['with a making of odd limits', ['memory', 'makings'], { c1: { limits: 5 } }],
    ['with a making of odd amounts', ['memory', 'makings'], { c1: { limits: { ...limits, memory: '0' } } }],
    ['with a making of an odd policy', ['memory', 'makings'], { c1: { limits: { ...limits, restartPolicy: 5 } } }],
    ['with a making of odd others', ['memory', 'makings'], { c1: { limits: { ...limits, others: [5] } } }],
    ['with a making that is oddly stuck', ['memory', 'makings'], { c1: { stuck: 'yes' } }],
    ['with a making of odd warnings', ['memory', 'makings'], { c1: { warnings: 'no' } }],
    ['with odd containers', ['memory', 'own'], ['4c01']],
    ['with a container of no origin', ['memory', 'own'], { '4c01': 5 }],
    ['with a claim of nobody', ['memory', 'claims'], { '80/tcp': 5 }],
    ['with odd volumes', ['memory', 'volumes'], { a: volume }],
    ['with a volume that is none', ['memory', 'volumes'], [5]],
    ['with a volume that somebody named', ['memory', 'volumes'], [{ ...volume, name: 'data' }]],
    ['with a volume of no path', ['memory', 'volumes'], [{ ...volume, target: null }]],
    ['with a volume of nobody', ['memory', 'volumes'], [{ ...volume, owner: undefined }]],
    ['with a volume of a nameless app', ['memory', 'volumes'], [{ ...volume, owner: { ...owner, app: '' } }]],
    ['with a volume of no slot', ['memory', 'volumes'], [{ ...volume, owner: { ...owner, ordinal: '1' } }]],
    ['with a volume of no life', ['memory', 'volumes'], [{ ...volume, owner: { ...owner, life: 1 } }]],
  ])('is not taken %s', (_, path, to) => {
    expect(checkHostData(changed(path, to))).toBeUndefined();
  });

  it('may be of a worker that remembered no volumes', () => {
    const { images, claims } = whole.memory;
    expect(checkHostData({ ...whole, memory: { images, claims } })).toBeDefined();
  });

  it('is refused, never thrown at, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(checkHostData(value)).toBeUndefined();
        checkHostData({ version: 1, desired: value, memory: value });
      }),
    );
  });
});
