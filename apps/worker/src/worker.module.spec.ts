import { Logger } from '@nestjs/common';
import { seal } from '@nebula/bus';
import { EngineMark, RuntimeError } from '@nebula/orchestration';
import { chanceOf } from '@nebula/orchestration/reconcile/test-clock.arbitrary';
import { setTimeout as pause } from 'node:timers/promises';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generationOf, INSTALLATION, INTERVAL_MS, STORE, WorkerLife } from './worker-life.arbitrary';

/** The holder of a mark who answers challenges. @returns ends it */
function answering(runtime: WorkerLife['runtime'], mark: EngineMark): () => void {
  const end = new AbortController();
  void (async () => {
    for await (const event of runtime.watch(end.signal, () => undefined))
      if (event.kind === 'volume') mark.onVolume(event);
  })();
  return () => end.abort();
}

const web = (more: object = {}) => ({ name: 'web', image: 'web:1', ...more });

describe('a worker', () => {
  let host: WorkerLife;
  const changes = (): string[] => host.runtime.journal.changes().filter((change) => !/Volume /.test(change));
  /** What is on disk, once it says so. */
  const saved = async (text: string): Promise<void> => {
    while (!readFile().includes(text)) await pause(2);
  };
  const readFile = (): string => {
    try {
      return readFileSync(host.file, 'utf8');
    } catch {
      return '';
    }
  };

  beforeEach(async () => {
    host = await new WorkerLife().open();
  });
  afterEach(() => host.close());

  /** A host on which web runs, at rest, its file written. */
  async function running(spec = web({ containersPer: { host: 2 } })): Promise<string[]> {
    host.stored(generationOf(spec));
    await host.start();
    await host.converged(1);
    await saved('"reference":"web:1"');
    return host.containers();
  }

  it('takes what the store has when it starts, and each change from then on', async () => {
    await running();
    await host.publish(generationOf(web({ containersPer: { host: 3 } }), 2));
    await host.converged(2);
    expect(host.containers()).toHaveLength(3);
    expect(host.reports.at(-1)).toMatchObject({
      host: 'host-1',
      store: STORE,
      selection: { all: true, names: [] },
      workerVersion: '3.0.0',
      problems: [],
      engine: { cpus: 4 },
    });
  });

  it("keeps Nebula's own port free of apps, and tells whose it is", async () => {
    host.ownPorts = [{ host: 8080, protocol: 'tcp' }];
    host.stored(generationOf(web({ ports: [8080] })));
    await host.start();
    const told = () => host.reports.at(-1)?.apps.find(({ app }) => app === 'web');
    await host.clock.until('it is told', () => told()?.state === 'failed', 5000);
    expect(told()).toMatchObject({ reason: 'port-taken', error: expect.stringContaining("Nebula's own") });
    expect(changes().filter((change) => !change.startsWith('pull'))).toEqual([]);
  });

  it('that comes second to an Engine says at once that it stands aside, and when it takes over', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    const logged = jest.spyOn(Logger.prototype, 'log').mockImplementation();
    const first = new EngineMark(host.runtime, host.clock, {
      installation: INSTALLATION,
      token: 'first',
      onChange: () => undefined,
      onAside: () => undefined,
    });
    await first.acquire();
    const end = answering(host.runtime, first);
    await host.start();
    await host.clock.rest();
    expect(warned.mock.calls.flat().join()).toContain('this one stands aside');
    expect(await host.works()).toBe(false);
    const problems = () =>
      host.reports
        .at(-1)
        ?.problems.map(({ code }) => code)
        .join();
    await host.clock.until('it is reported', () => problems() === 'second-worker', 5000);
    end();
    await host.clock.until('it took over', () => logged.mock.calls.flat().join().includes('is gone: this one'), 3000);
    await host.clock.until('it is reported', () => problems() === '', 5000);
    jest.restoreAllMocks();
  });

  it('goes on alone after a restart, with its file and without a bus, and restarts nothing', async () => {
    const before = await running();
    await host.stop();
    host.meeting.down();
    host.snapshot = undefined;
    host.runtime.journal.clear();
    await host.start();
    await host.clock.advance(5000);
    expect(changes()).toEqual([]);
    host.runtime.byHand.kill('web-1');
    host.runtime.byHand.remove('web-2');
    await host.clock.advance(2000);
    expect(host.containers().map((line) => line.slice(0, 13))).toEqual(['web-1 running', 'web-2 running']);
    expect(host.containers()[0]).toBe(before[0]);
    expect(host.runtime.journal.count('pull')).toBe(0);
  });

  it('takes what it missed in one step when the bus is back', async () => {
    await running();
    host.meeting.down();
    for (let generation = 2; generation < 50; generation++) {
      host.stored(generationOf(web({ containersPer: { host: 2 }, env: { N: String(generation) } }), generation));
    }
    await host.clock.advance(60_000);
    host.runtime.journal.clear();
    host.meeting.up();
    await host.converged(49);
    expect(host.runtime.journal.count('create')).toBe(2);
  });

  it.each([
    ['settings that are unchanged', undefined],
    ['a pull that was served before', 1],
  ])('that lost its file restarts nothing, and pulls once more at the most: %s', async (_, pulledAt = 0) => {
    host.stored(generationOf(web({ containersPer: { host: 2 } }), 3, { pulledAt }));
    await host.start();
    await host.converged(3);
    const before = host.containers();
    await host.stop();
    host.loseFile();
    host.runtime.journal.clear();
    await host.start();
    await host.clock.advance(1);
    host.reports.length = 0;
    await host.converged(3);
    expect(host.containers()).toEqual(before);
    expect(host.runtime.journal.count('pull')).toBeLessThanOrEqual(1);
    expect(host.runtime.journal.count('create')).toBe(0);
  });

  it('that lost its file removes nothing while nobody tells it anything', async () => {
    const before = await running();
    await host.stop();
    host.loseFile();
    host.snapshot = undefined;
    host.runtime.journal.clear();
    await host.start();
    await host.clock.advance(300_000);
    expect(changes()).toEqual([]);
    expect(host.containers()).toEqual(before);
  });

  it('that lost its file removes an app that was deleted meanwhile, also when it asked before it saw the Engine', async () => {
    await running();
    await host.stop();
    host.loseFile();
    const tombstone = generationOf(web(), 2, { deleted: true, spec: undefined });
    host.snapshot = undefined;
    host.runtime.script.goAway();
    await host.control.answerSnapshots(async ({ body }) => {
      // like the api: of what was deleted it tells those who have something of it
      const apps = body.known.includes('web') ? [tombstone] : [];
      return seal(INSTALLATION, STORE, { groups: [], apps });
    });
    await host.start();
    await host.clock.advance(5000);
    host.runtime.script.comeBack();
    await host.until('it is gone', () => host.containers().length === 0);
  });

  it('takes nothing that a copy says for what it has, and touches none, also when it lost its file', async () => {
    const before = await running();
    const told = jest.spyOn(Logger.prototype, 'log').mockImplementation();
    await host.clock.advance(120_000);
    const { labels } = host.runtime.machine.get('web-1').spec;
    host.runtime.byHand.run({ name: 'mine', labels: { ...labels, 'nebula.generation': '9' } });
    host.runtime.byHand.run({ name: 'db-1', labels: { ...labels, 'nebula.app': 'db' } });
    await host.stop();
    host.loseFile();
    host.runtime.journal.clear();
    await host.start();
    await host.until('it is told', () => host.said()?.state === 'converged' && host.said()?.containers.length === 3);
    expect(host.problems()).toEqual([]);
    expect(host.said()!.containers.map(({ name, kept }) => `${name} ${kept}`)).toEqual([
      'web-1 undefined',
      'web-2 undefined',
      'mine copied',
    ]);
    expect(changes()).toEqual([]);
    await saved('"own":{"');
    await host.publish(generationOf(web(), 2, { deleted: true, spec: undefined }));
    await host.until('it is gone', () => host.containers().length === 2);
    expect(host.containers().map((line) => line.split(' ')[0])).toEqual(['db-1', 'mine']);
    const [line] = told.mock.calls.flat().filter((text) => String(text).startsWith('Removed container "web-1"'));
    expect(line).toMatch(/image web:1, ours by the worker's file and its mark \(.*\): the app was deleted/);
    expect(before[0]).toContain(/\(([0-9a-f]{12})\)/.exec(String(line))![1]);
    jest.restoreAllMocks();
  });

  it('puts a file aside that it cannot read, and goes on like one that lost it', async () => {
    const before = await running();
    await host.stop();
    writeFileSync(host.file, '{"version":1,"desired":{"apps":[{"na');
    await host.start();
    host.reports.length = 0;
    await host.converged(1);
    expect(host.containers()).toEqual(before);
    expect(statSync(`${host.file}.unreadable`).isFile()).toBe(true);
  });

  it('saves again what could not be saved, and says each of it once', async () => {
    const failed = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const told = jest.spyOn(Logger.prototype, 'log').mockImplementation();
    writeFileSync(join(host.folder, 'data'), 'in the way');
    host.stored(generationOf(web()));
    await host.start();
    await host.converged(1);
    for (let second = 0; second < 30; second++) {
      await host.clock.advance(1000);
      await pause(2); // the disk has its turn
    }
    expect(failed.mock.calls).toEqual([[expect.stringMatching(/^The host's file can't be saved: .*(EEXIST|ENOTDIR)/)]]);
    rmSync(join(host.folder, 'data'));
    while (!told.mock.calls.flat().includes("The host's file is saved again")) {
      await host.clock.advance(1000);
      await pause(2); // the disk has its turn
    }
    expect(readFile()).toContain('"generation":1');
    expect(failed).toHaveBeenCalledTimes(1);
    jest.restoreAllMocks();
  });

  it('ends the same when it is killed in the middle of changes, again and again', async () => {
    const chance = chanceOf(7);
    host.runtime.script.latencyMs = 3;
    host.stored(generationOf(web({ containersPer: { host: 3 } })));
    await host.start();
    for (let generation = 2; generation <= 25; generation++) {
      const count = 1 + Math.floor(chance() * 4);
      const spec = web({ containersPer: { host: count }, env: { N: String(generation % 5) } });
      await host.publish(generationOf(spec, generation));
      await host.clock.advance(Math.round(chance() * 60));
      if (generation % 3 === 0) await pause(1); // the disk has its turn
      host.kill();
      await host.start();
    }
    await host.publish(generationOf(web({ containersPer: { host: 2 }, env: { N: 'last' } }), 26));
    await host.converged(26);
    expect(host.containers().map((line) => line.slice(0, 13))).toEqual(['web-1 running', 'web-2 running']);
    const envs = host.runtime.machine.all().map(({ spec }) => spec.settings.env);
    expect(envs).toEqual([{ N: 'last' }, { N: 'last' }]);
    expect(host.runtime.journal.count('pull')).toBeLessThanOrEqual(26);
  }, 30_000);

  it('works within 2 s after another one was killed, and stands aside while one lives', async () => {
    const before = await running();
    host.kill();
    host.runtime.byHand.stop('web-1');
    await host.start();
    expect(await host.until('it is repaired', () => host.containers().join() === before.join())).toBeLessThan(2000);
  });

  it('says that the Engine is away, of every app, also of one that came since; and recovers', async () => {
    await running();
    host.runtime.script.goAway('connect ECONNREFUSED');
    await host.until('it is said', () => host.said()?.reason === 'engine-away');
    await host.publish(generationOf({ name: 'db', image: 'web:1' }));
    await host.until('it is said of the new one', () => host.said('db')?.reason === 'engine-away');
    expect(host.said()).toMatchObject({ state: 'failed', error: 'connect ECONNREFUSED', containers: [{}, {}] });
    expect(host.problems()).toContain('engine-away');
    host.runtime.script.comeBack();
    await host.converged(1);
    await host.converged(1, 'db');
    await host.until('it is over', () => host.problems().length === 0);
  });

  it('does not wait, once the Engine is back, for what failed only because it was away', async () => {
    host.stored(generationOf(web()));
    host.runtime.script.failNext('create', new RuntimeError('away', 'no answer'), 6);
    await host.start();
    await host.until('it backs off for long', () => host.runtime.journal.count('create') === 6, 60_000);
    host.runtime.script.goAway();
    await host.clock.advance(1000);
    host.runtime.script.comeBack();
    expect(await host.converged(1)).toBeLessThan(3000);
  });

  it('stands aside while another one has the mark, says so, does nothing, and tells what it sees', async () => {
    const mark = `nebula-worker.${INSTALLATION}`;
    await running();
    const { volumes } = host.runtime.machine;
    volumes.remove(mark);
    volumes.ensure(mark, { 'nebula.worker': 'stranger' });
    await host.clock.rest();
    host.runtime.byHand.stop('web-1');
    await host.until('it says so', () => host.problems().includes('second-worker'), 900);
    await host.until('it sees it', () => host.said()?.state === 'converging', 900);
    expect(host.containers()[0]).toContain('exited');
    // the stranger does not answer: it was dead, and its time is over
    await host.converged(1);
    await host.until('it is over', () => host.problems().length === 0, 5000);
    expect(host.containers()[0]).toContain('running');
  });

  it('names its host by the Engine when nobody named it, as soon as it is there', async () => {
    host.hostId = undefined;
    host.runtime.script.goAway();
    host.stored(generationOf(web()));
    await host.start();
    await host.clock.advance(2 * INTERVAL_MS);
    expect(host.reports).toEqual([]);
    host.runtime.script.comeBack();
    await host.converged(1);
    expect(host.reports.at(-1)!.host).toMatch(/^docker-host-[0-9a-f]{8}$/);
  });

  it('is not stopped by a container whose labels somebody made up', async () => {
    const labels = { 'nebula.installation': INSTALLATION, 'nebula.store': STORE, 'nebula.app': 'x'.repeat(5000) };
    const numbers = { 'nebula.generation': '1', 'nebula.ordinal': '1', 'nebula.settings': '1:a' };
    host.runtime.byHand.run({ name: 'odd', labels: { ...labels, ...numbers } });
    await running();
    expect(host.reports.at(-1)!.problems).toEqual([]);
  });

  it('ends without a timer, without a mark, and leaves the containers running', async () => {
    const before = await running();
    await host.publish(generationOf(web({ image: 'none:1' }), 2));
    await host.until('it fails', () => host.said()?.state === 'failed');
    await host.stop();
    expect(host.clock.pending).toBe(0);
    expect(host.runtime.machine.volumes.names()).toEqual([]);
    expect(host.containers()).toEqual(before);
  });
});
