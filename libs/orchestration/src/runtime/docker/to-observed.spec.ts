import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { ObservedNetwork } from '../observed';
import { asList, asNumber, asRecord, asText, asTexts } from './raw';
import { needsNetworks, toObserved } from './to-observed';

const recorded = (name: string) => asRecord(JSON.parse(readFileSync(join(__dirname, 'recorded', name), 'utf8')));
const running = recorded('inspect-running.json');
const created = recorded('inspect-created.json');
const NETWORK = 'd5d4eac3cd230d75b42eda7e6923fa59b4079170f10cf6c8d14de915c24fa967';
const known: ObservedNetwork[] = [
  { id: 'e'.repeat(64), name: 'rt-contract-rec', labels: {} },
  { id: NETWORK, name: 'rt-contract-rec', labels: {} },
  { id: 'a'.repeat(64), name: 'bridge', labels: {} },
];
const withState = (state: object) => toObserved({ ...running, State: { ...asRecord(running.State), ...state } }, []);
const withMode = (NetworkMode: string) => ({
  ...created,
  HostConfig: { ...asRecord(created.HostConfig), NetworkMode },
});

describe('reading an inspect answer', () => {
  it('takes everything of a container that runs', () => {
    expect(toObserved(running, [])).toEqual({
      id: '32ed3bea32d6f7557a007695e6d1f689fb7d273e4342aa6f52ce6c170026d4f2',
      name: 'rt-contract-rec1',
      image: 'rt-contract/rec:1',
      imageId: 'sha256:bedaae9643501ccd9eca400ef7c402134ce06f5b50d5692f8ffaff5d4146470f',
      state: 'running',
      health: 'unhealthy',
      healthOutput: '',
      labels: { a: 'b' },
      ports: [
        { host: 21010, container: 80, protocol: 'tcp' },
        { host: 21011, container: 80, protocol: 'udp' },
        { host: 32768, container: 81, protocol: 'tcp' },
      ],
      networks: [{ id: NETWORK, name: 'rt-contract-rec' }],
      limits: { nanoCpus: 5e8, memory: 64 * 2 ** 20, restartPolicy: 'unless-stopped', others: [] },
      exitCode: 0,
      startedAt: '2026-11-22T15:15:45.816446927Z',
      restartCount: 0,
      createdAt: '2026-11-22T15:15:45.315162972Z',
    });
    expect(needsNetworks(running)).toBe(false);
  });

  it('finds the networks of one that never started', () => {
    expect(needsNetworks(created)).toBe(true);
    expect(toObserved(created, known)).toMatchObject({
      state: 'created',
      networks: [{ id: NETWORK, name: 'rt-contract-rec' }],
      limits: { restartPolicy: 'no' },
    });
    const byId = toObserved(withMode('e'.repeat(64)), known);
    expect(byId?.networks).toEqual([{ id: 'e'.repeat(64), name: 'rt-contract-rec' }]);
    const otherFirst = toObserved(withMode('a'.repeat(64)), known);
    expect(otherFirst?.networks).toEqual([{ id: NETWORK, name: 'rt-contract-rec' }]);
    expect(toObserved(created, [])?.networks).toEqual([{ id: '', name: 'rt-contract-rec' }]);
  });

  it('tells no network of one that was made for a network that is gone: it will never start', () => {
    const gone = toObserved(withMode('b'.repeat(64)), known);
    expect(gone?.networks).toEqual([{ id: '', name: 'rt-contract-rec' }]);
  });

  it('takes error, end and exit code', () => {
    const FinishedAt = '2026-11-22T15:16:00Z';
    const found = withState({ Status: 'exited', Error: 'it broke', ExitCode: 3, FinishedAt, Health: undefined });
    expect(found).toMatchObject({ state: 'exited', error: 'it broke', exitCode: 3, finishedAt: FinishedAt });
    expect(found).not.toHaveProperty('health');
  });

  it('takes the output of the last health check that failed', () => {
    const Log = [
      { ExitCode: 1, Output: 'first' },
      { ExitCode: 1, Output: 'last' },
      { ExitCode: 0, Output: 'fine' },
    ];
    expect(withState({ Health: { Status: 'unhealthy', Log } })?.healthOutput).toBe('last');
    expect(withState({ Health: { Status: 'unhealthy' } })?.healthOutput).toBe('');
    expect(withState({ Health: { Status: 'healthy', Log } })).not.toHaveProperty('healthOutput');
    expect(withState({ Health: { Status: 'none' } })).not.toHaveProperty('health');
  });

  it('takes a state that it does not know for running or not', () => {
    expect(withState({ Status: 'stopping', Running: true })?.state).toBe('running');
    expect(withState({ Status: 'whatever', Running: false })?.state).toBe('exited');
  });

  it('says nothing of what has no id, and throws for nothing', () => {
    expect(toObserved({ ...running, Id: 5 }, [])).toBeUndefined();
    expect(toObserved({ Id: 'x' }, [])).toMatchObject({ id: 'x', name: '', state: 'exited', ports: [], networks: [] });
    fc.assert(fc.property(fc.jsonValue(), (value) => void toObserved(value, [])));
    const part = fc.constantFrom('State', 'Config', 'HostConfig', 'NetworkSettings', 'Name', 'Image', 'RestartCount');
    const deeper = fc.constantFrom('Health', 'Labels', 'PortBindings', 'Ports', 'Networks', 'RestartPolicy', 'Memory');
    const spoilt = (name: string, inner: string, value: unknown) => ({
      ...running,
      [name]: { ...asRecord(running[name]), [inner]: value },
    });
    fc.assert(
      fc.property(part, deeper, fc.jsonValue(), (name, inner, value) => {
        expect(toObserved({ ...running, [name]: value }, known)?.id).toBe(running.Id);
        expect(toObserved(spoilt(name, inner, value), known)?.id).toBe(running.Id);
      }),
    );
  });
});

describe('reading raw values', () => {
  it('gives what is empty for what is of another kind', () => {
    expect([asRecord(null), asRecord([1]), asRecord('x')]).toEqual([{}, {}, {}]);
    expect([asList({}), asList([1])]).toEqual([[], [1]]);
    expect([asText(1), asText('x')]).toEqual(['', 'x']);
    expect([asNumber('1'), asNumber(NaN), asNumber(2)]).toEqual([0, 0, 2]);
    expect(asTexts({ a: 'b', c: 1, d: null })).toEqual({ a: 'b' });
  });
});
