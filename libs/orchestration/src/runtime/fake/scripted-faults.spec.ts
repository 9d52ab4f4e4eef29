import { eventually, listen, seen, type RuntimeUnderTest } from '../contract/under-test.contract';
import { RuntimeError } from '../runtime-error';
import { VirtualClock } from './clock';
import { FakeRegistry } from './fake-registry';
import { FakeRuntime } from './fake-runtime';

const never = () => new AbortController().signal;
const tcp = (host: number) => ({ host, container: 80, protocol: 'tcp' as const });

describe('the scripted machine', () => {
  it('fails the next calls as told, changes nothing then, and goes on afterwards', async () => {
    const runtime = new FakeRuntime();
    const one = runtime.byHand.run({ name: 'one' });
    const two = runtime.byHand.run({ name: 'two' });
    runtime.script.failNext('remove', new RuntimeError('refused', 'device busy'), 2, one);
    runtime.script.failNext('list', new RuntimeError('away', 'gone'));
    await expect(runtime.remove(one)).rejects.toThrow('device busy');
    await runtime.remove(two);
    await expect(runtime.remove(one)).rejects.toThrow('device busy');
    await expect(runtime.list()).rejects.toMatchObject({ code: 'away' });
    expect((await runtime.list()).map((c) => c.name)).toEqual(['one']);
    await runtime.remove(one);
    expect(await runtime.list()).toEqual([]);
  });

  it('keeps a journal of its calls', async () => {
    const runtime = new FakeRuntime();
    const id = runtime.byHand.run({ name: 'one' });
    await runtime.list();
    await runtime.stop(id, { signal: null, graceSeconds: 1 }, never());
    await runtime.remove(id);
    expect(runtime.journal.changes()).toEqual([`stop ${id}`, `remove ${id}`]);
    expect(runtime.journal.count('list')).toBe(1);
    runtime.journal.clear();
    expect([runtime.journal.changes(), runtime.journal.count('list')]).toEqual([[], 0]);
    for (let n = 0; n < 12_000; n += 1) await runtime.info();
    expect(runtime.journal.count('info')).toBe(12_000);
    expect(runtime.journal.calls.length).toBeLessThanOrEqual(10_000);
  });

  it('has a disk that can be full, and ports that others hold', async () => {
    const registry = new FakeRegistry();
    registry.push('web');
    const runtime = new FakeRuntime({ registry });
    runtime.script.diskFull = true;
    await expect(runtime.pull('web:latest', undefined, never())).rejects.toMatchObject({ code: 'disk-full' });
    runtime.script.diskFull = false;
    await runtime.pull('web:latest', undefined, never());
    runtime.machine.ports.hold(80);
    expect(() => runtime.byHand.run({ name: 'web', ports: [tcp(80)] })).toThrow('port is already allocated');
    runtime.machine.ports.free(80);
    runtime.byHand.start('web');
    expect(await runtime.inspect('web')).toMatchObject({ state: 'running' });
  });

  it('shows an image that was pushed again as another one, and keeps the old one under its id', async () => {
    const registry = new FakeRegistry();
    const old = registry.push('web:1');
    const runtime = new FakeRuntime({ registry, images: ['web:1'] });
    const fresh = registry.push('web:1');
    expect(await runtime.findImage('web:1')).toBe(old);
    expect(await runtime.pull('web:1', undefined, never())).toBe(fresh);
    expect([await runtime.findImage('web:1'), await runtime.findImage(old)]).toEqual([fresh, old]);
    runtime.byHand.removeImage('web:1');
    expect([await runtime.findImage('web:1'), await runtime.findImage(fresh)]).toEqual([undefined, undefined]);
    registry.delete('web:1');
    await expect(runtime.pull('web:1', undefined, never())).rejects.toMatchObject({ code: 'image-not-found' });
  });

  it('loses events when told to', async () => {
    const runtime = new FakeRuntime();
    const listener = await listen({ runtime } as unknown as RuntimeUnderTest);
    runtime.script.loseEvents(true);
    const lost = runtime.byHand.run({ name: 'one' });
    runtime.script.loseEvents(false);
    runtime.byHand.kill(lost);
    await listener.heard(lost, 'die');
    await listener.end();
    expect(listener.events).not.toContainEqual({ kind: 'container', id: lost, action: 'start' });
  });

  it('runs again after a restart of its Engine what nobody had stopped', async () => {
    const runtime = new FakeRuntime();
    const listener = await listen({ runtime } as unknown as RuntimeUnderTest);
    const runs = runtime.byHand.run({ name: 'runs', ports: [tcp(80)] });
    const stopped = runtime.byHand.run({ name: 'stopped' });
    const paused = runtime.byHand.run({ name: 'paused' });
    runtime.byHand.stop(stopped);
    runtime.byHand.pause(paused);
    runtime.script.restartEngine();
    expect(await runtime.inspect(runs)).toMatchObject({ state: 'running' });
    expect(await runtime.inspect(stopped)).toMatchObject({ state: 'exited' });
    expect(await runtime.inspect(paused)).toMatchObject({ state: 'running' });
    await eventually(() => listener.events.filter((e) => e.kind === 'resync')[1], 'the second resync');
    await listener.end();
  });

  it('takes its time, when told to', async () => {
    const clock = new VirtualClock();
    const runtime = new FakeRuntime({ clock });
    runtime.script.latencyMs = 50;
    let answered = false;
    const call = runtime.info().then(() => (answered = true));
    await clock.advance(49);
    expect(answered).toBe(false);
    await clock.advance(1);
    await call;
  });

  it('restarts what exits, after pauses that double, by a clock that tests can turn', async () => {
    const clock = new VirtualClock();
    const registry = new FakeRegistry();
    registry.push('bad:1', { exitAfterMs: 0, exitCode: 1 });
    const runtime = new FakeRuntime({ clock, registry, images: ['bad:1'] });
    const id = runtime.byHand.run({ name: 'bad', image: 'bad:1' });
    // Docker counts a restart when it decides on it, before the pause.
    const restarts = async () => (await runtime.inspect(id))!.restartCount;
    await clock.advance(99);
    expect(await restarts()).toBe(1);
    await clock.advance(1);
    expect(await restarts()).toBe(2);
    await clock.advance(199);
    expect(await restarts()).toBe(2);
    await clock.advance(1);
    expect(await restarts()).toBe(3);
    await clock.advance(24 * 3600 * 1000);
    expect(await restarts()).toBeLessThan(1500);
    runtime.byHand.update(id, { restartPolicy: 'no' });
    runtime.byHand.start(id);
    await clock.advance(60_000);
    expect(await runtime.inspect(id)).toMatchObject({ state: 'exited', exitCode: 1 });
  });

  it('restarts what exits after a long time well soon again, and leaves it when its port is gone', async () => {
    const clock = new VirtualClock();
    const runtime = new FakeRuntime({ clock });
    const id = runtime.byHand.run({ name: 'web', ports: [tcp(80)] });
    await clock.advance(60_000);
    runtime.byHand.exit(id, 2);
    await clock.advance(100);
    expect(await runtime.inspect(id)).toMatchObject({ state: 'running', restartCount: 1 });
    runtime.byHand.exit(id, 2);
    runtime.byHand.exit(id, 2);
    runtime.machine.ports.hold(80);
    await clock.advance(60_000);
    expect(await runtime.inspect(id)).toMatchObject({ state: 'exited', error: expect.stringContaining('allocated') });
  });

  it('lets everything else be done by hand', async () => {
    const runtime = new FakeRuntime();
    const t = { runtime } as unknown as RuntimeUnderTest;
    const { byHand } = runtime;
    const id = byHand.run({ name: 'web', labels: { a: 'b' } });
    byHand.rename(id, 'other');
    byHand.createNetwork('extra');
    byHand.connect('other', 'extra');
    expect((await runtime.inspect(id))!.networks.map((n) => n.name)).toEqual(['bridge', 'extra']);
    byHand.disconnect('other', 'extra');
    byHand.removeNetwork('extra');
    byHand.pause('other');
    byHand.unpause('other');
    byHand.setHealth('other', 'unhealthy');
    expect(await runtime.inspect(id)).toMatchObject({ state: 'running', health: 'unhealthy', healthOutput: '' });
    byHand.createVolume('data', { x: 'y' });
    expect(await runtime.volumeLabels('data')).toEqual({ x: 'y' });
    byHand.kill('other');
    expect(await seen(t, id, (c) => c.state === 'exited', 'its end')).toMatchObject({ exitCode: 137, restartCount: 0 });
    byHand.remove('other');
    expect(await runtime.list()).toEqual([]);
    expect(() => byHand.stop('other')).toThrow('No such container');
    expect(() => byHand.removeNetwork('extra')).not.toThrow();
  });
});
