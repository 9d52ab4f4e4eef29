import { ownershipLabels, ownershipOf } from './labels';

describe('the labels of a container', () => {
  const ownership = { installation: 'i', store: 's', app: 'web', generation: 12, ordinal: 3, settings: '1:ab' };
  const labels = ownershipLabels(ownership);

  it('say whose it is, and are read back', () => {
    expect(ownershipOf({ ...labels, team: 'ads' })).toEqual(ownership);
    expect(labels).toMatchObject({ app_name: 'web', orchestrator: 'nebula' });
  });

  it.each(['installation', 'store', 'app', 'generation', 'ordinal', 'settings'])('say nothing without %s', (name) => {
    const others = Object.entries(labels).filter(([label]) => label !== `nebula.${name}`);
    expect(ownershipOf(Object.fromEntries(others))).toBeUndefined();
  });

  it.each(['0', '-1', '1.5', '01', 'x', '', '9'.repeat(16)])('say nothing with the number %j', (text) => {
    expect(ownershipOf({ ...labels, 'nebula.generation': text })).toBeUndefined();
    expect(ownershipOf({ ...labels, 'nebula.ordinal': text })).toBeUndefined();
  });

  it.each(['__proto__', 'a\nb', 'x'.repeat(256)])('say nothing with a name that no message takes: %j', (text) => {
    expect(ownershipOf({ ...labels, 'nebula.app': text })).toBeUndefined();
    expect(ownershipOf({ ...labels, 'nebula.store': text })).toBeUndefined();
  });
});
