import { originOf } from '@nebula/domain';
import type { Action, ActionKind } from '../plan/plan';
import type { ContainerSpec } from '../runtime';
import { RuntimeError, type RuntimeErrorCode } from '../runtime';
import { FakeRuntime } from '../runtime/fake';
import { Executor, type Outcome } from './executor';
import { TestClock } from './test-clock.arbitrary';

const stop = { signal: null, graceSeconds: 30 };
const common = (subject: Action['subject'], after: number[]) => ({ subject, cause: 'because', after });

describe('the executor', () => {
  let clock: TestClock;
  let runtime: FakeRuntime;
  let executor: Executor;
  let networkIds: Map<string, string>;
  let abort: AbortController;
  let touched: Set<string>;

  beforeEach(() => {
    clock = new TestClock();
    runtime = new FakeRuntime({ clock });
    runtime.registry.push('web:1');
    runtime.machine.images.tag('web:1', { id: 'image-1', program: { ignores: ['SIGTERM'] } });
    networkIds = new Map();
    abort = new AbortController();
    touched = new Set();
    const login = (reference: string) =>
      reference.startsWith('private/') ? { username: 'u', password: 'p', serverAddress: 'private' } : undefined;
    executor = new Executor(runtime, {
      installation: 'shop',
      engineTime: () => clock.now(),
      networkId: (name) => networkIds.get(name),
      login,
    });
  });

  const specOf = (name: string): ContainerSpec => {
    const settings = runtime.machine.get(runtime.byHand.run({ name: 'model' })).spec.settings;
    runtime.byHand.remove('model');
    return { name, image: 'web:1', imageId: 'image-1', labels: {}, settings, networks: [] };
  };
  const create = (name: string, after: number[] = [], networks: string[] = []): Action => ({
    kind: 'create',
    ...common(1, after),
    spec: specOf(name),
    networks,
  });
  const onNew = <K extends 'start' | 'unpause' | 'remove'>(kind: K, createdBy: number, after: number[]) =>
    ({ kind, ...common(1, after), target: { createdBy, name: 'new' } }) as Action;
  const onOld = (kind: 'start' | 'unpause' | 'remove' | 'stop', id: string, after: number[] = []) =>
    ({ kind, ...common(1, after), target: { id, name: id }, stop }) as Action;
  const fetch = (reference: string, mode: 'pull' | 'if-missing' | 'local', after: number[] = []): Action => ({
    kind: 'fetch-image',
    ...common('image', after),
    reference,
    mode,
    serves: { settings: '', pulledAt: 0 },
  });
  const begin = (actions: Action[]): Promise<Outcome> => executor.run(actions, { touched, signal: abort.signal });
  const run = async (actions: Action[]): Promise<Outcome> => {
    const outcome = begin(actions);
    await clock.advance(60_000);
    return outcome;
  };
  const calls = (): string[] => runtime.journal.calls.map(({ name, about }) => [name, ...about].join(' '));
  const networksOf = (name: string): string[] =>
    runtime.machine.observe(runtime.machine.get(name)).networks.map(({ id }) => id);
  const kinds = (actions: readonly Action[]): ActionKind[] => actions.map(({ kind }) => kind);

  it('carries each action out after those that it comes after, on the containers that they made', async () => {
    const old = runtime.byHand.run({ name: 'old' });
    runtime.journal.clear();
    const outcome = await run([
      create('new'),
      onOld('stop', old, [0]),
      onNew('start', 0, [1]),
      onOld('remove', old, [2]),
      { kind: 'rename', ...common(1, [3]), target: { createdBy: 0, name: 'new' }, name: 'old' },
    ]);
    const id = runtime.machine.get('old').id;
    expect(calls()).toEqual(['create new', `stop ${old}`, `start ${id}`, `remove ${old}`, `rename ${id} old`]);
    expect(outcome).toEqual({ failures: [], skipped: [], made: [{ id, origin: expect.any(String) }] });
    expect(touched).toEqual(new Set([id, old]));
  });

  it('marks each container with the time of the Engine at which it is made, the last thing before', async () => {
    runtime.script.latencyMs = 500;
    const begin = clock.now();
    const { made } = await run([create('one'), create('two', [0])]);
    const labels = ['one', 'two'].map((name) => runtime.machine.get(name).spec.labels);
    const times = [begin, begin + 500].map((time) => new Date(time).toISOString());
    expect(labels).toEqual(times.map((time) => ({ 'nebula.made': time })));
    expect(made).toEqual(labels.map((of, n) => ({ id: runtime.machine.all()[n]!.id, origin: originOf(of) })));
  });

  it('tells of each container that was removed, and of none that was not', async () => {
    const ids = ['aa', 'bb'].map((name) => runtime.byHand.run({ name }));
    runtime.script.failNext('remove', new RuntimeError('refused', 'device busy'), 1, ids[1]);
    const removed: Action[] = [];
    const actions = ids.map((id) => onOld('remove', id));
    await executor.run(actions, { touched, signal: abort.signal, onRemoved: (action) => removed.push(action) });
    expect(removed).toEqual([actions[0]]);
  });

  it('carries out at the same time what has no order', async () => {
    const ids = ['aa', 'bb', 'cc'].map((name) => {
      const id = runtime.machine.create(specOf(name));
      runtime.byHand.start(id);
      return id;
    });
    const began = clock.now();
    let ended = 0;
    void begin(ids.map((id) => onOld('stop', id))).then(() => (ended = clock.now()));
    await clock.advance(60_000); // each one takes its grace of 30 s
    expect(ended - began).toBe(30_000);
  });

  it('does every kind of action', async () => {
    const paused = runtime.byHand.run({ name: 'paused' });
    runtime.byHand.pause(paused);
    const outcome = await run([
      { kind: 'make-network', ...common('network blue', []), network: 'blue' },
      onOld('unpause', paused),
      { kind: 'connect', ...common(1, [0]), target: { id: paused, name: 'paused' }, network: 'blue', aliases: ['web'] },
    ]);
    expect(outcome.failures).toEqual([]);
    expect(runtime.machine.get(paused).state).toBe('running');
    const blue = runtime.machine.networks.find('blue')!;
    expect(blue.labels).toEqual({ 'nebula.installation': 'shop' });
    expect(networksOf(paused)).toContain(blue.id);
    expect(runtime.byHand.aliasesOn(paused, 'blue')).toEqual(['web']);
  });

  it('skips what comes after an action that failed, directly or not, and nothing else', async () => {
    runtime.script.failNext('create', new RuntimeError('refused', 'no such device'), 1, 'bad');
    const actions = [
      create('bad'),
      onNew('start', 0, [0]),
      onNew('remove', 0, [1]),
      create('good'),
      onNew('start', 3, [3]),
    ];
    const outcome = await run(actions);
    expect(outcome.failures).toMatchObject([{ action: actions[0], reason: 'create-failed' }]);
    expect(outcome.skipped).toEqual([actions[1], actions[2]]);
    expect(runtime.machine.get('good').state).toBe('running');
  });

  it('tells which container a failure is about, also of one that it made itself', async () => {
    runtime.script.failNext('start', new RuntimeError('port-taken', 'port is already allocated'), 2);
    const old = runtime.byHand.run({ name: 'old' });
    const outcome = await run([create('new'), onNew('start', 0, [0]), onOld('start', old)]);
    const ids = outcome.failures.map(({ containerId }) => containerId);
    expect(new Set(ids)).toEqual(new Set([old, runtime.machine.get('new').id]));
  });

  describe('once it is aborted', () => {
    it('begins nothing more, and finishes what is under way', async () => {
      runtime.script.latencyMs = 100;
      const actions = [create('aa'), onNew('start', 0, [0])];
      const running = begin(actions);
      await clock.advance(50);
      abort.abort();
      await clock.advance(1000);
      const outcome = await running;
      expect(runtime.machine.get('aa').state).toBe('created');
      expect(outcome).toMatchObject({ failures: [], skipped: [actions[1]] });
      expect(touched).toEqual(new Set([runtime.machine.get('aa').id]));
    });

    it('begins nothing that waited for its turn among many', async () => {
      runtime.script.latencyMs = 100;
      const actions = Array.from({ length: 100 }, (_, index) => create(`c${index}`));
      const running = begin(actions);
      await clock.advance(50);
      abort.abort();
      await clock.advance(60_000);
      const outcome = await running;
      expect(runtime.journal.count('create')).toBeLessThan(40);
      expect(outcome.skipped).toHaveLength(100 - runtime.journal.count('create'));
      expect(outcome.failures).toEqual([]);
    });

    it('waits neither for a pull nor for a stop', async () => {
      runtime.registry.pullMs = 3_600_000;
      const id = runtime.machine.create(specOf('deaf'));
      runtime.byHand.start(id);
      const actions = [fetch('web:1', 'pull'), onOld('stop', id)];
      const running = begin(actions);
      await clock.advance(1000);
      abort.abort();
      await clock.rest();
      const { failures, skipped } = await running;
      expect(failures).toEqual([]);
      expect(new Set(skipped)).toEqual(new Set(actions));
    });
  });

  it('keeps no other action waiting behind pulls and stops', async () => {
    runtime.registry.pullMs = 3_600_000;
    void begin(Array.from({ length: 100 }, () => fetch('web:1', 'pull')));
    const outcome = await begin([create('aa'), onNew('start', 0, [0])]);
    expect(outcome.failures).toEqual([]);
    abort.abort();
  });

  describe('an image', () => {
    it.each([
      ['pull', ['pull web:1']],
      ['if-missing', ['findImage web:1']],
      ['local', ['findImage web:1']],
    ] as const)('by %s of one that is there asks %j', async (mode, expected) => {
      const outcome = await run([fetch('web:1', mode)]);
      expect(calls()).toEqual(expected);
      expect(outcome.imageId).toBe(runtime.machine.images.get('web:1').id);
    });

    it('that is missing is pulled, with the login of its registry', async () => {
      runtime.registry.login = { username: 'u', password: 'p' };
      runtime.registry.push('private/web:1');
      const outcome = await run([fetch('private/web:1', 'if-missing')]);
      expect(outcome.failures).toEqual([]);
      expect(outcome.imageId).toBe(runtime.machine.images.get('private/web:1').id);
    });

    it('that is missing and never pulled fails as such', async () => {
      const outcome = await run([fetch('none:1', 'local')]);
      expect(outcome.failures).toMatchObject([{ reason: 'image-missing', error: { code: 'image-not-found' } }]);
      expect(runtime.journal.count('pull')).toBe(0);
    });
  });

  describe('a network', () => {
    it('is made once for two apps, and asked for once by all actions of one', async () => {
      const make = (): Action => ({ kind: 'make-network', ...common('network blue', []), network: 'blue' });
      runtime.script.latencyMs = 10;
      const one = begin([make(), create('aa', [0], ['blue']), create('bb', [0], ['blue'])]);
      const two = begin([make(), create('cc', [0], ['blue'])]);
      await clock.advance(1000);
      expect([...(await one).failures, ...(await two).failures]).toEqual([]);
      expect(runtime.journal.count('ensureNetwork')).toBe(1);
      expect(runtime.machine.networks.named('blue')).toHaveLength(1);
      const id = runtime.machine.networks.find('blue')!.id;
      expect(['aa', 'bb', 'cc'].map(networksOf)).toEqual([[id], [id], [id]]);
    });

    it('that is known is used by its id, host and none by their names', async () => {
      networkIds.set('blue', runtime.byHand.createNetwork('blue'));
      await run([create('aa', [], ['blue']), create('bb', [], ['host']), create('cc', [], ['none'])]);
      expect(networksOf('aa')).toEqual([networkIds.get('blue')]);
      expect(runtime.machine.get('aa').spec).toMatchObject({ networks: [networkIds.get('blue')], networkName: 'blue' });
      expect(runtime.machine.get('bb').spec).toMatchObject({ networks: ['host'], networkName: 'host' });
      expect(runtime.journal.count('ensureNetwork')).toBe(0);
    });

    it('that could not be made is asked for again the next time', async () => {
      runtime.script.failNext('ensureNetwork', new RuntimeError('refused', 'no more addresses'));
      const actions: Action[] = [{ kind: 'make-network', ...common('network blue', []), network: 'blue' }];
      expect((await run(actions)).failures).toMatchObject([{ reason: 'network-failed' }]);
      expect((await run(actions)).failures).toEqual([]);
    });
  });

  it.each<[string, RuntimeErrorCode, Action['kind'], string]>([
    ['pull', 'registry-away', 'fetch-image', 'image-pull-failed'],
    ['pull', 'image-not-found', 'fetch-image', 'image-pull-failed'],
    ['pull', 'registry-login-refused', 'fetch-image', 'registry-login-refused'],
    ['pull', 'disk-full', 'fetch-image', 'disk-full'],
    ['create', 'conflict', 'create', 'name-taken'],
    ['create', 'refused', 'create', 'create-failed'],
    ['create', 'disk-full', 'create', 'disk-full'],
    ['create', 'away', 'create', 'engine-away'],
    ['start', 'port-taken', 'start', 'port-taken'],
    ['start', 'refused', 'start', 'start-failed'],
    ['stop', 'refused', 'stop', 'stop-failed'],
    ['unpause', 'refused', 'unpause', 'start-failed'],
    ['remove', 'conflict', 'remove', 'remove-failed'],
    ['rename', 'conflict', 'rename', 'name-taken'],
    ['connect', 'refused', 'connect', 'network-failed'],
    ['disconnect', 'refused', 'disconnect', 'network-failed'],
    ['removeVolume', 'conflict', 'remove-volume', 'remove-failed'],
  ])('%s that fails as %s is a failure of %s with the reason %s', async (call, code, kind, reason) => {
    const id = runtime.byHand.run({ name: 'old' });
    const target = { id, name: 'old' };
    const actions: Record<string, Action> = {
      'fetch-image': fetch('web:1', 'pull'),
      create: create('aa'),
      rename: { kind: 'rename', ...common(1, []), target, name: 'bb' },
      connect: { kind: 'connect', ...common(1, []), target, network: 'bridge', aliases: [] },
      disconnect: { kind: 'disconnect', ...common(1, []), target, network: 'bridge' },
      'remove-volume': { kind: 'remove-volume', ...common(1, []), volume: 'ab' },
    };
    const action = actions[kind] ?? onOld(kind as 'start', id);
    runtime.script.failNext(call as 'pull', new RuntimeError(code, 'the Engine says no'));
    const outcome = await run([action]);
    const message = kind === 'fetch-image' ? 'image web:1: the Engine says no' : 'the Engine says no';
    expect(outcome.failures).toMatchObject([{ action, reason, error: { code, message } }]);
    expect(outcome.skipped).toEqual([]);
  });

  describe('an error about an image names it', () => {
    const messageOf = async (call: 'pull' | 'create', code: RuntimeErrorCode, text: string): Promise<string> => {
      runtime.script.failNext(call, new RuntimeError(code, text));
      const { failures } = await run([call === 'pull' ? fetch('web:1', 'pull') : create('aa')]);
      return failures[0]!.error.message;
    };

    it.each([
      ['unauthorized: authentication required', 'image web:1: unauthorized: authentication required'],
      ['manifest for web:11 not found', 'image web:1: manifest for web:11 not found'],
      ['manifest for web:1 not found', 'manifest for web:1 not found'],
      ['no such image "web:1": it is gone', 'no such image "web:1": it is gone'],
      ['no manifest of web:1.', 'no manifest of web:1.'],
    ])('once, whatever the Engine says: %s', async (text, message) => {
      expect(await messageOf('pull', 'registry-away', text)).toBe(message);
    });

    it('also when a container should be made of one that is gone', async () => {
      expect(await messageOf('create', 'image-not-found', 'No such image: sha256:1')).toBe(
        'image web:1: No such image: sha256:1',
      );
    });

    it('and one about the Engine does not', async () => {
      expect(await messageOf('pull', 'away', 'connection refused')).toBe('connection refused');
    });
  });

  it('takes what the host has of a reference, else the image that it is told, and asks no registry', async () => {
    const look = { ...fetch('web:1', 'local'), otherwise: 'image-0' } as Action;
    expect((await run([look])).imageId).toBe('image-1');
    runtime.byHand.removeImage('web:1');
    expect((await run([look])).imageId).toBe('image-0');
    expect(runtime.journal.count('pull')).toBe(0);
  });

  it('survives a mistake in a runtime, and a target that was never made', async () => {
    runtime.script.failNext('create', new TypeError('oops') as Error as RuntimeError);
    const outcome = await run([create('aa'), onNew('start', 0, [])]);
    expect(outcome.failures.map(({ error }) => error.message).toSorted()).toEqual([
      'TypeError: oops',
      'container new was not made',
    ]);
    expect(kinds(outcome.failures.map(({ action }) => action)).toSorted()).toEqual(['create', 'start']);
  });
});
