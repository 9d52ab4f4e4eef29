import { code, eventually, newName, never, running, seen, specOf, type UnderTest } from './under-test.contract';

export function lifeContract(underTest: UnderTest): void {
  describe('the life of a container', () => {
    it('is created as told, and does not run', async () => {
      const t = underTest();
      const [host] = [t.firstPort];
      const labels = { 'nebula.app': 'web', team: 'ads' };
      const ports = [
        { host, container: 80, protocol: 'tcp' as const },
        { host: host + 1, container: 80, protocol: 'tcp' as const },
        { host, container: 53, protocol: 'udp' as const },
      ];
      const spec = specOf(t, { ports, resources: { cpus: 0.5, memoryMiB: 64 } }, { labels });
      const id = await t.runtime.create(spec);
      const found = await t.runtime.inspect(id);
      expect(found).toMatchObject({ id, name: spec.name, state: 'created', labels, restartCount: 0 });
      expect(found).toMatchObject({ image: t.image.reference, imageId: t.image.id });
      expect(found).not.toHaveProperty('startedAt');
      expect(found).not.toHaveProperty('health');
      expect(Date.parse(found!.createdAt)).toBeGreaterThan(0);
      expect(found!.ports).toHaveLength(3);
      expect(found!.ports).toEqual(expect.arrayContaining(ports));
      const limits = { nanoCpus: 5e8, memory: 64 * 2 ** 20, restartPolicy: 'unless-stopped', others: [] };
      expect(found!.limits).toEqual(limits);
      expect(await t.runtime.list()).toContainEqual(found);
    });

    it('starts, and starting what runs changes nothing', async () => {
      const t = underTest();
      const id = await running(t);
      const found = await t.runtime.inspect(id);
      expect(found).toMatchObject({ state: 'running', restartCount: 0 });
      expect(Date.parse(found!.startedAt!)).toBeGreaterThan(0);
      await t.runtime.start(id);
      expect(await t.runtime.inspect(id)).toEqual(found);
    });

    it('stops and stays stopped; stopping what is stopped changes nothing', async () => {
      const t = underTest();
      const id = await running(t);
      await t.runtime.stop(id, { signal: null, graceSeconds: 10 }, never());
      const found = await t.runtime.inspect(id);
      expect(found).toMatchObject({ state: 'exited', exitCode: 0, restartCount: 0 });
      expect(Date.parse(found!.finishedAt!)).toBeGreaterThan(0);
      await t.runtime.stop(id, { signal: null, graceSeconds: 10 }, never());
      await t.runtime.stop(id, { signal: 'SIGUSR1', graceSeconds: 1 }, never());
      expect(await t.runtime.inspect(id)).toEqual(found);
      await t.runtime.start(id);
      expect(await t.runtime.inspect(id)).toMatchObject({ state: 'running' });
    });

    it('stops what was created and never started', async () => {
      const t = underTest();
      const id = await t.runtime.create(specOf(t));
      await t.runtime.stop(id, { signal: null, graceSeconds: 1 }, never());
      expect(await t.runtime.inspect(id)).toMatchObject({ state: 'created' });
    });

    it('is removed while it runs; removing what is gone changes nothing', async () => {
      const t = underTest();
      const id = await running(t);
      await Promise.all([t.runtime.remove(id), t.runtime.remove(id)]);
      expect(await t.runtime.inspect(id)).toBeUndefined();
      expect((await t.runtime.list()).map((c) => c.id)).not.toContain(id);
      await t.runtime.remove(id);
    });

    it('is not found when there is none', async () => {
      const t = underTest();
      const { runtime } = t;
      const none = 'f'.repeat(64);
      const network = await runtime.ensureNetwork(newName(t, 'n'), {});
      expect(await runtime.inspect(none)).toBeUndefined();
      await expect(runtime.start(none)).rejects.toEqual(code('not-found'));
      await expect(runtime.stop(none, { signal: null, graceSeconds: 1 }, never())).rejects.toEqual(code('not-found'));
      await expect(runtime.stop(none, { signal: 'INT', graceSeconds: 1 }, never())).rejects.toEqual(code('not-found'));
      await expect(runtime.unpause(none)).rejects.toEqual(code('not-found'));
      await expect(runtime.rename(none, newName(t))).rejects.toEqual(code('not-found'));
      await expect(runtime.connect(none, network)).rejects.toEqual(code('not-found'));
      expect(await runtime.logs(none, { lines: 10, bytes: 100 })).toBe('');
    });

    it('has a name that nobody else has', async () => {
      const t = underTest();
      const first = specOf(t);
      const id = await t.runtime.create(first);
      await expect(t.runtime.create(specOf(t, {}, { name: first.name }))).rejects.toEqual(code('conflict'));
      const second = await t.runtime.create(specOf(t));
      await expect(t.runtime.rename(second, first.name)).rejects.toEqual(code('conflict'));
      const name = newName(t);
      await t.runtime.rename(id, name);
      await t.runtime.rename(id, name);
      expect(await t.runtime.inspect(id)).toMatchObject({ name });
      await t.runtime.rename(second, first.name);
    });

    it('can be paused by hand, and is not started, but unpaused then', async () => {
      const t = underTest();
      const id = await running(t);
      await t.byHand.pause(id);
      expect(await t.runtime.inspect(id)).toMatchObject({ state: 'paused' });
      await expect(t.runtime.start(id)).rejects.toEqual(code('conflict'));
      await t.runtime.unpause(id);
      await t.runtime.unpause(id);
      expect(await t.runtime.inspect(id)).toMatchObject({ state: 'running' });
    });

    it('stops and is removed also while it is paused', async () => {
      const t = underTest();
      const [one, two, three] = await Promise.all([running(t), running(t), running(t, t.programs.hearsUsr1)]);
      for (const id of [one, two, three]) await t.byHand.pause(id);
      await t.runtime.stop(one, { signal: null, graceSeconds: 10 }, never());
      expect(await t.runtime.inspect(one)).toMatchObject({ state: 'exited' });
      await t.runtime.remove(two);
      expect(await t.runtime.inspect(two)).toBeUndefined();
      await t.runtime.stop(three, { signal: 'SIGUSR1', graceSeconds: 10 }, never());
      expect(await t.runtime.inspect(three)).toMatchObject({ state: 'exited', exitCode: 7 });
    });

    it('is restarted when it exits by itself, until it is stopped', async () => {
      const t = underTest();
      const id = await running(t, t.programs.exits);
      const ended = await seen(t, id, (c) => c.state === 'restarting', 'its end');
      expect(ended.restartCount).toBeGreaterThan(0);
      const found = await seen(t, id, (c) => c.restartCount >= 2 && c.state === 'restarting', 'the second restart');
      expect(found.exitCode).toBe(3);
      await t.runtime.stop(id, { signal: null, graceSeconds: 10 }, never());
      const stopped = await t.runtime.inspect(id);
      expect(stopped).toMatchObject({ state: 'exited' });
      await t.runtime.stop(id, { signal: null, graceSeconds: 10 }, never());
      expect(await t.runtime.inspect(id)).toEqual(stopped);
      await t.runtime.start(id);
      const again = await seen(t, id, (c) => c.state === 'restarting', 'the next restart');
      expect(again.restartCount).toBeLessThan(found.restartCount + 1);
      await t.runtime.stop(id, { signal: 'SIGUSR1', graceSeconds: 10 }, never());
      expect(await t.runtime.inspect(id)).toMatchObject({ state: 'exited' });
    });

    it('that the kernel kills for want of memory shows it, and its exit code', async () => {
      const t = underTest();
      const id = await running(t, t.programs.hog);
      const found = await seen(t, id, (c) => c.state === 'restarting', 'its end');
      expect(found).toMatchObject({ exitCode: 137, oomKilled: true });
      const other = await running(t, t.programs.exits);
      expect(await seen(t, other, (c) => c.state === 'restarting', 'its end')).not.toHaveProperty('oomKilled');
    });

    it('that cannot be started says why', async () => {
      const t = underTest();
      const id = await t.runtime.create(specOf(t, t.programs.broken));
      await expect(t.runtime.start(id)).rejects.toEqual(code('refused'));
      const found = await t.runtime.inspect(id);
      expect(found?.state).toBe('created');
      expect(found?.error).not.toBe('');
      expect(found?.exitCode).not.toBe(0);
    });

    it('takes its ports when it starts, and gives them back when it ends', async () => {
      const t = underTest();
      const ports = [{ host: t.firstPort + 2, container: 80, protocol: 'tcp' as const }];
      const network = { networks: [await t.runtime.ensureNetwork(newName(t, 'n'), {})] };
      const first = await running(t, { ports }, network);
      const second = await t.runtime.create(specOf(t, { ports }, network));
      await expect(t.runtime.start(second)).rejects.toEqual(code('port-taken'));
      expect(await t.runtime.inspect(second)).toMatchObject({ state: 'created', error: expect.any(String), ports });
      await running(t, { ports: [{ ...ports[0]!, protocol: 'udp' }] }, network);
      await t.runtime.stop(first, { signal: null, graceSeconds: 10 }, never());
      await t.runtime.start(second);
      expect(await t.runtime.inspect(second)).not.toHaveProperty('error');
    });

    it('takes a port on its own address, beside another one’s and not beside all', async () => {
      const t = underTest();
      const network = await t.runtime.ensureNetwork(newName(t, 'n'), {});
      const ports = (hostIp?: string) => [
        { host: t.firstPort + 3, container: 80, protocol: 'tcp' as const, ...(hostIp && { hostIp }) },
      ];
      const made: string[] = [];
      const create = async (hostIp?: string) => {
        made.push(await t.runtime.create(specOf(t, { ports: ports(hostIp) }, { networks: [network] })));
        return made.at(-1)!;
      };
      for (const hostIp of ['127.0.0.1', '127.0.0.2']) await t.runtime.start(await create(hostIp));
      expect((await t.runtime.inspect(made[0]!))!.ports).toEqual(ports('127.0.0.1'));
      for (const hostIp of ['127.0.0.1', '0.0.0.0', undefined]) {
        const beside = await create(hostIp);
        await expect(t.runtime.start(beside)).rejects.toEqual(code('port-taken'));
        expect((await t.runtime.inspect(beside))!.ports).toEqual(ports(hostIp));
      }
      for (const id of made.splice(0)) await t.runtime.remove(id);
      for (const hostIp of ['0.0.0.0', '::']) await t.runtime.start(await create(hostIp));
      const all = await create();
      await expect(t.runtime.start(all)).rejects.toEqual(code('port-taken'));
      for (const id of made.splice(0, 2)) await t.runtime.remove(id);
      await t.runtime.start(all);
      expect((await t.runtime.inspect(all))!.ports).toEqual(ports());
      const message = expect.stringContaining('this host does not have the address');
      await expect(t.runtime.start(await create('192.0.2.1'))).rejects.toMatchObject({ code: 'refused', message });
      for (const id of made) await t.runtime.remove(id);
      await t.byHand.removeNetwork(network);
    });

    it('that somebody gave other limits shows them', async () => {
      const t = underTest();
      const id = await running(t, { resources: { cpus: 0.25, memoryMiB: 32 } });
      expect((await t.runtime.inspect(id))!.limits.others).toEqual([]);
      await t.byHand.update(id);
      const { limits } = (await t.runtime.inspect(id))!;
      expect(limits).toEqual({ nanoCpus: 25e7, memory: 64 * 2 ** 20, restartPolicy: 'no', others: ['CpuShares'] });
    });

    it('shows the health that its check finds', async () => {
      const t = underTest();
      const check = { test: ['CMD', 'true'], intervalSeconds: 1, timeoutSeconds: 5, retries: 1 };
      const well = await running(t, { healthCheck: check });
      const ill = await running(t, t.programs.unhealthy);
      await seen(t, well, (c) => c.health === 'healthy', 'healthy');
      const found = await seen(t, ill, (c) => c.health === 'unhealthy', 'unhealthy');
      expect(found.healthOutput).toContain('no good');
    });

    it('tells the last lines that it wrote', async () => {
      const t = underTest();
      const id = await running(t, t.programs.talks);
      const read = (lines: number, bytes: number) => t.runtime.logs(id, { lines, bytes });
      await eventually(async () => ((await read(1, 100)) === 'line 30' ? true : undefined), 'the last line');
      expect(await read(3, 1000)).toBe('line 28\nline 29\nline 30');
      expect(await read(100, 10)).toBe('29\nline 30');
      expect((await read(100, 1000)).split('\n')).toHaveLength(30);
      const silent = await t.runtime.create(specOf(t));
      expect(await t.runtime.logs(silent, { lines: 3, bytes: 100 })).toBe('');
    });
  });
}
