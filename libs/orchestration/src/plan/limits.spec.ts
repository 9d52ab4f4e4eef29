import { resolveApp } from '@nebula/domain';
import type { ObservedLimits } from '../runtime';
import { limitsApart } from './limits';

const app = resolveApp({ name: 'web', image: 'x', resources: { cpus: 0.5, memoryMiB: 6.3 } });
const asWished: ObservedLimits = {
  nanoCpus: 5e8,
  memory: Math.round(6.3 * 2 ** 20),
  restartPolicy: 'unless-stopped',
  others: [],
};
const none = { changedByHand: [], notKept: [], added: [] };
const apart = (now: Partial<ObservedLimits>, made?: Partial<ObservedLimits>) =>
  limitsApart({ ...asWished, ...now }, app, made && { ...asWished, ...made });

describe('limits that are apart from those of the app', () => {
  it('are none where the Engine shows what it was told, in whole bytes', () => expect(apart({}, {})).toEqual(none));

  it.each<[Partial<ObservedLimits>, string]>([
    [{ nanoCpus: 0 }, 'the CPU limit'],
    [{ memory: 0 }, 'the memory limit'],
    [{ restartPolicy: 'no' }, 'the restart policy'],
  ])('%j: are by hand when it was made otherwise, else the Engine does not keep them', (now, name) => {
    expect(apart(now, {})).toEqual({ ...none, changedByHand: [name] });
    expect(apart(now, now)).toEqual({ ...none, notKept: [name] });
    expect(apart(now)).toEqual({ ...none, notKept: [name] });
  });

  it('are by hand when they are neither as wished nor as the container was made', () => {
    expect(apart({ memory: 5 }, { memory: 0 })).toEqual({ ...none, changedByHand: ['the memory limit'] });
  });

  it('are none where a hand brought what was wished', () => {
    expect(apart({}, { memory: 0, others: ['PidsLimit'] })).toEqual(none);
  });

  it("are the Engine's own where the app has no such limit", () => {
    const both = { others: ['CpuShares', 'PidsLimit'] };
    expect(apart(both, { others: ['PidsLimit'] })).toEqual({
      ...none,
      changedByHand: ['CpuShares'],
      added: ['PidsLimit'],
    });
  });
});
