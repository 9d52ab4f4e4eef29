import fc from 'fast-check';
import { asRecord } from './raw';
import { toListed } from './to-listed';

const NETWORKS = { shop: { NetworkID: 'n1' } };
const entry = (change: object) => ({
  Id: 'c1',
  Names: ['/other/alias', '/web-1'],
  ImageID: 'sha256:1',
  State: 'running',
  Status: 'Up 5 minutes',
  NetworkSettings: { Networks: NETWORKS },
  ...change,
});

describe('reading an entry of the list', () => {
  it('takes its own name, of those by which others know it, its image, state and networks', () => {
    const networks = [{ id: 'n1', name: 'shop' }];
    expect(toListed(entry({}))).toEqual({ name: 'web-1', imageId: 'sha256:1', state: 'running', networks });
  });

  it.each([
    ['running', 'Up 5 minutes (healthy)', { health: 'healthy' }],
    ['running', 'Up 5 minutes (unhealthy)', { health: 'unhealthy' }],
    ['running', 'Up Less than a second (health: starting)', { health: 'starting' }],
    ['paused', 'Up 5 minutes (Paused)', {}],
    ['exited', 'Exited (137) 3 minutes ago', { exitCode: 137 }],
    ['restarting', 'Restarting (0) 3 seconds ago', { exitCode: 0 }],
    ['created', 'Created', {}],
  ])('takes from the words of one that is %s, "%s"', (State, Status, found) => {
    const { health, exitCode, state } = toListed(entry({ State, Status }));
    expect({ state, health, exitCode }).toEqual({ state: State, health: undefined, exitCode: undefined, ...found });
  });

  it('understands whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (whole, part) => {
        toListed(asRecord(whole));
        for (const field of Object.keys(entry({}))) toListed(asRecord(entry({ [field]: part })));
      }),
    );
  });
});
