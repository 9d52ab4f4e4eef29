import fc from 'fast-check';
import type { Raw } from './raw';
import { toVolumes } from './to-volumes';

const NAMELESS = 'ab'.repeat(32);
const mount = (Name: unknown, Destination: unknown, Type: unknown = 'volume') => ({ Type, Name, Destination });
const read = (Mounts: unknown, Binds: unknown = []) => toVolumes({ Mounts, HostConfig: { Binds } } as Raw).volumes;

describe('the volumes of an inspect answer', () => {
  it('are anonymous where Docker gave the name, and no bind of the app has it', () => {
    expect(read([mount(NAMELESS, '/data'), mount('data', '/named')], ['data:/named:ro'])).toEqual([
      { name: NAMELESS, target: '/data', anonymous: true },
      { name: 'data', target: '/named', anonymous: false },
    ]);
  });

  it('are not anonymous where the app names one as Docker would', () => {
    expect(read([mount(NAMELESS, '/data')], [`${NAMELESS}:/data:z`])).toMatchObject([{ anonymous: false }]);
  });

  it('are no binds, no tmpfs, and nothing without a name or path', () => {
    expect(
      read([mount('', '/a', 'bind'), mount('x', '/t', 'tmpfs'), mount('', '/b'), mount('x', 5), 7]),
    ).toBeUndefined();
  });

  it('are read from whatever it is', () => {
    fc.assert(fc.property(fc.anything(), fc.anything(), (mounts, binds) => void read(mounts, binds)));
  });
});
