import type { AppSpec } from '@nebula/domain';
import { generationOf, PaperHost } from './paper-host.arbitrary';
import { printPlan } from './plan';

const web = (more: Partial<AppSpec> = {}): AppSpec => ({ name: 'web', image: 'web:1', networks: ['bridge'], ...more });

/** A host on whose port 8080 Nebula's own API listens. */
function host(...specs: AppSpec[]): PaperHost {
  const made = new PaperHost();
  made.ownPorts = [{ host: 8080, protocol: 'tcp' }];
  made.hear(...specs.map((spec) => generationOf(spec, 1)));
  return made;
}

const failure = {
  state: 'failed',
  reason: 'port-taken',
  error: expect.stringMatching(/host port 8080\/tcp is Nebula's own: its API .*API_PORT/),
  container: 'web-1',
};

describe("an app that wants the port of Nebula's own API", () => {
  it('is told whose it is, before anything is made or started for it', () => {
    const made = host(web({ ports: [8080] }));
    made.settle();
    expect(made.plan().apps[0]?.verdict).toEqual(failure);
    expect(made.containers.size).toBe(0);
  });

  it('keeps what runs when it comes to want it with a change, and goes on when it does not any more', () => {
    const made = host(web({ ports: [8000] }));
    made.settle();
    const before = [...made.containers.keys()];
    made.hear(generationOf(web({ ports: [8080] }), 2));
    expect(printPlan(made.plan())).toBe('');
    expect(made.plan().apps[0]?.verdict).toEqual(failure);
    expect([[...made.containers.keys()], made.up('web')]).toEqual([before, 1]);
    made.hear(generationOf(web({ ports: [8081] }), 3));
    made.settle();
    expect(made.plan().apps[0]?.verdict).toEqual({ state: 'converged' });
  });

  it('has its other containers, and the same port of another protocol', () => {
    const made = host(web({ ports: [8079], containersPer: { host: 2 } }), {
      ...web({ ports: [{ host: 8080, container: 53, protocol: 'udp' }] }),
      name: 'dns',
    });
    made.settle();
    const verdicts = new Map(made.plan().apps.map(({ app, verdict }) => [app, verdict]));
    expect(verdicts.get('web')).toEqual({ ...failure, container: 'web-2' });
    expect(verdicts.get('dns')).toEqual({ state: 'converged' });
    expect(made.up('web')).toBe(1);
  });

  it('has that port on an address where the API does not listen, and not on one where it does', () => {
    const at = (hostIp: string) => web({ ports: [{ host: 8080, container: 80, hostIp }] });
    const made = host();
    made.ownPorts = [{ host: 8080, protocol: 'tcp', hostIp: '127.0.0.1' }];
    for (const [index, hostIp] of ['10.0.0.1', '127.0.0.1', '0.0.0.0'].entries()) {
      made.hear(generationOf(at(hostIp), index + 1));
      made.settle();
      expect(made.plan().apps[0]?.verdict.state).toBe(hostIp === '10.0.0.1' ? 'converged' : 'failed');
    }
  });

  it('does not come back on it with an old container while its new image does not come', () => {
    const made = host();
    made.addOwn(
      { app: 'web', ordinal: 1 },
      { state: 'exited', ports: [{ host: 8080, container: 80, protocol: 'tcp' }] },
    );
    made.hear(generationOf(web({ image: 'web:2', ports: [8080] }), 2));
    expect(printPlan(made.plan())).not.toContain('start');
  });
});
