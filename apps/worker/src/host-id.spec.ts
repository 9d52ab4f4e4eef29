import { hostIdOf } from './host-id';

describe('the default name of a host', () => {
  it("is its Engine's name with a short hash of the Engine's id, always the same", () => {
    expect(hostIdOf({ id: 'ABCD:EFGH', name: 'shop-17' })).toMatch(/^shop-17-[0-9a-f]{8}$/);
    expect(hostIdOf({ id: 'ABCD:EFGH', name: 'shop-17' })).toBe(hostIdOf({ id: 'ABCD:EFGH', name: 'shop-17' }));
    expect(hostIdOf({ id: 'other', name: 'shop-17' })).not.toBe(hostIdOf({ id: 'ABCD:EFGH', name: 'shop-17' }));
  });

  it.each(['läden/17 ?', '../..', '', 'x'.repeat(5000), '\u0000\n'])(
    'is safe in a URL whatever the name: %j',
    (name) => {
      expect(hostIdOf({ id: 'any', name })).toMatch(/^[a-zA-Z0-9_.-]{1,109}$/);
      expect(hostIdOf({ id: 'any', name }).length).toBeGreaterThan(9);
    },
  );
});
