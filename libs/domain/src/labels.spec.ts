import { LABELS, markLabel, markOf, originOf, ownershipLabels, ownershipOf } from './labels';

describe('the labels of a container', () => {
  const life = { bornAt: 4, restartedAt: 11 };
  const ownership = { installation: 'i', store: 's', app: 'web', generation: 12, ordinal: 3, settings: '1:ab', life };
  const labels = ownershipLabels(ownership);

  it('say whose it is, and are read back', () => {
    expect(ownershipOf({ ...labels, team: 'ads' })).toEqual(ownership);
    expect(labels).toMatchObject({ app_name: 'web', orchestrator: 'nebula' });
  });

  it('have a mark: when the container was made', () => {
    expect(markLabel(Date.UTC(2030, 0, 1, 2, 3, 4, 5))).toEqual({ 'nebula.made': '2030-01-01T02:03:04.005Z' });
    expect(markOf({ ...labels, ...markLabel(1234) })).toBe(1234);
    expect(markOf(labels)).toBeUndefined();
    expect(markOf({ ...labels, 'nebula.made': 'x' })).toBeNaN();
    expect(ownershipOf({ ...labels, ...markLabel(1234) })).toEqual(ownership);
  });

  it('have one origin: that of a copy, whatever else it has, and of nothing that differs in any of ours', () => {
    const marked = { ...labels, ...markLabel(1234) };
    const origin = originOf(marked);
    expect(originOf({ team: 'ads', ...marked })).toBe(origin);
    const { appName, orchestrator, ...ours } = LABELS;
    for (const label of Object.values(ours)) {
      const { [label]: _, ...less } = marked as Record<string, string>;
      expect(originOf(less)).not.toBe(origin);
      expect(originOf({ ...marked, [label]: 'x' })).not.toBe(origin);
    }
    expect(originOf({ ...marked, [appName]: 'x', [orchestrator]: 'x' })).toBe(origin);
    // hosts have it in their files
    expect(originOf(labels)).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each(['installation', 'store', 'app', 'generation', 'ordinal', 'settings'])('say nothing without %s', (name) => {
    const others = Object.entries(labels).filter(([label]) => label !== `nebula.${name}`);
    expect(ownershipOf(Object.fromEntries(others))).toBeUndefined();
  });

  it.each(['', '4', '4.', '0.1', '4.11.2', 'a.b', '4.-1'])('take %j for the life of an app never restarted', (text) => {
    const read = ownershipOf({ ...labels, 'nebula.life': text });
    expect(read?.life).toEqual({ bornAt: 1, restartedAt: 0 });
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
