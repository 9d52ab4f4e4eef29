import { digestOfAll, digestOfApp, digestOfGroup } from './digests';

const app = (name: string, generation: number, deleted = false) => ({ name, generation, deleted });

describe('digests of what hosts should have', () => {
  it('must be equal for an equal app, and differ when its generation moved', () => {
    expect(digestOfApp(app('web', 1))).toBe(digestOfApp({ name: 'web', generation: 1 }));
    expect(digestOfApp(app('web', 1))).not.toBe(digestOfApp(app('web', 2)));
  });

  it('must not depend on whether tombstones are kept, for a host on every app', () => {
    expect(digestOfAll([app('a', 1), app('b', 2)])).toBe(digestOfAll([app('b', 2), app('gone', 7, true), app('a', 1)]));
  });

  it('must differ for a host on every app when one of them was deleted', () => {
    expect(digestOfAll([app('a', 1), app('b', 2)])).not.toBe(digestOfAll([app('a', 1), app('b', 3, true)]));
  });

  it('must differ for a group when its own generation moved, also with the same apps', () => {
    const apps = [app('a', 1)];
    const first = digestOfGroup({ name: 'g', generation: 1, apps: ['a'] }, apps);
    expect(digestOfGroup({ name: 'g', generation: 2, apps: ['a'] }, apps)).not.toBe(first);
  });

  it('must hold the tombstones of the apps that a group lists, and no app that it does not', () => {
    const group = { name: 'g', generation: 1, apps: ['a', 'b'] };
    const both = digestOfGroup(group, [app('a', 1), app('b', 2)]);
    expect(digestOfGroup(group, [app('b', 2), app('other', 9), app('a', 1)])).toBe(both);
    expect(digestOfGroup(group, [app('a', 1), app('b', 3, true)])).not.toBe(both);
  });
});
