import type { AppSpec } from '@nebula/domain';
import type { ObservedContainer } from '../runtime';
import { generationOf, PaperHost } from './paper-host.arbitrary';
import { printPlan } from './plan';

const web = (more: Partial<AppSpec> = {}): AppSpec => ({ name: 'web', image: 'nginx:1', networks: ['front'], ...more });
const only = (host: PaperHost): ObservedContainer => [...host.containers.values()][0]!;

/** A host on which web runs as `spec` says, at rest. */
function running(spec: AppSpec = web()): PaperHost {
  const host = new PaperHost().hear(generationOf(spec, 1));
  host.settle();
  return host;
}

function remove(host: PaperHost, name: string): void {
  const at = host.networks.findIndex((network) => network.name === name);
  host.networks.splice(at, 1);
}
function makeAnew(host: PaperHost, name: string): void {
  remove(host, name);
  host.networks.push({ id: `another ${name}`, name, labels: {} });
}

describe('a container that is stopped', () => {
  it.each(['bridge', 'host', 'none'])('on Docker’s own %s, which has another id now, is started', (network) => {
    const host = running(web({ networks: [network] }));
    host.state(only(host).id, 'exited');
    makeAnew(host, network);
    expect(printPlan(host.plan())).toBe('web 1\n  0 start web-1: it is exited');
  });

  it('on a network that was made anew under its name is put on that, and started', () => {
    const host = running(web({ networks: ['front', 'back'] }));
    const before = only(host).id;
    host.state(before, 'exited');
    makeAnew(host, 'back');
    expect(printPlan(host.plan())).toBe(
      [
        'web 1',
        '  0 disconnect web-1 from back: the one that it was on is gone',
        '  1 connect web-1 to back: it is not on this network [after 0]',
        '  2 start web-1: it is exited [after 0, 1]',
      ].join('\n'),
    );
    host.settle();
    expect([only(host).id, only(host).state]).toEqual([before, 'running']);
  });

  it.each(['exited', 'created'] as const)('(%s) on a network that is gone has it made, and is started', (state) => {
    const host = running();
    host.state(only(host).id, state);
    remove(host, 'front');
    expect(printPlan(host.plan())).toBe(
      [
        'web 1',
        '  0 make-network front: not found',
        '  1 disconnect web-1 from front: the one that it was on is gone',
        '  2 connect web-1 to front: it is not on this network [after 0, 1]',
        `  3 start web-1: it is ${state} [after 1, 2]`,
      ].join('\n'),
    );
  });

  it('and was put on a network by hand that is gone is taken off it, and started', () => {
    const host = running();
    const container = only(host);
    host.containers.set(container.id, { ...container, networks: [...container.networks, { id: 'x', name: 'theirs' }] });
    host.state(container.id, 'exited');
    const plan = printPlan(host.plan());
    expect(plan).toContain('disconnect web-1 from theirs');
    expect(plan).toContain('start web-1: it is exited [after 0]');
  });
});

it('a container that runs is left alone, whatever id its network has now', () => {
  const host = running();
  makeAnew(host, 'front');
  expect(printPlan(host.plan())).toBe('');
});

describe('an old container that is stopped, while the new image does not come,', () => {
  const waiting = (spec: AppSpec = web()): PaperHost => {
    const host = running(spec).hear(generationOf({ ...spec, image: 'nginx:2' }, 2));
    host.fetching.set('web', 2);
    for (const id of host.containers.keys()) host.state(id, 'exited');
    return host;
  };

  it('goes on on the network that was made anew', () => {
    const host = waiting();
    makeAnew(host, 'front');
    expect(printPlan(host.plan())).toBe(
      [
        'web 2',
        '  0 disconnect web-1 from front: the one that it was on is gone',
        '  1 connect web-1 to front: it is not on this network [after 0]',
        '  2 start web-1: it is exited [after 0, 1]',
      ].join('\n'),
    );
  });

  it('goes on on a network that is gone and made once, for all of them', () => {
    const host = waiting(web({ containersPer: { host: 2 } }));
    remove(host, 'front');
    expect(printPlan(host.plan()).match(/make-network front/g)).toHaveLength(1);
    host.carryOut(host.plan());
    expect([...host.containers.values()].map(({ state }) => state)).toEqual(['running', 'running']);
  });

  it('goes on without a network that is gone and not the app’s any more', () => {
    const host = running().hear(generationOf(web({ image: 'nginx:2', networks: ['back'] }), 2));
    host.fetching.set('web', 2);
    host.state(only(host).id, 'exited');
    remove(host, 'front');
    expect(printPlan(host.plan())).toBe(
      'web 2\n  0 disconnect web-1 from front: the one that it was on is gone\n  1 start web-1: it is exited [after 0]',
    );
  });

  it('waits while its network can not be made', () => {
    const host = waiting();
    remove(host, 'front');
    const failed = {
      generation: 2,
      failures: 1,
      retryAt: host.now + 500,
      reason: 'network-failed',
      error: 'no',
    } as const;
    host.attempts.set('web', new Map([['network front', failed]]));
    expect(printPlan(host.plan())).toBe('');
    expect(host.plan().apps[0]!.verdict).toMatchObject({ state: 'failed', reason: 'network-failed' });
  });
});
