import { LOST_AFTER_MS } from '../plan/drift';
import { RuntimeError } from '../runtime';
import { generationOf, ScriptedHost, tombstoneOf, web } from './scripted-host.arbitrary';

const STUCK = new RuntimeError('stuck', 'the Engine cannot start it any more: task c0ffee already exists');
const withPort = web({ ports: [8080] });

describe('a container that its Engine cannot bring up any more', () => {
  let host: ScriptedHost;

  beforeEach(async () => {
    host = await new ScriptedHost().start();
  });
  afterEach(async () => {
    await host.stop();
    expect(host.errors).toEqual([]);
  });

  it('makes room for another, with its reason in the report', async () => {
    await host.has(withPort);
    const [before] = host.ids();
    host.runtime.script.failNext('start', STUCK, Infinity, before);
    host.runtime.byHand.stop('web-1');
    await host.clock.advance(1);
    expect(host.report()).toMatchObject({ state: 'failed', reason: 'start-failed', error: STUCK.message });
    await host.converged('web', 1, 5000);
    expect(host.ids()).not.toContain(before);
    expect(host.seen()).toEqual(['web-1 running']);
  });

  it('is not tried in vain by the next worker either', async () => {
    await host.has(withPort);
    const [before] = host.ids();
    host.runtime.script.failNext('start', STUCK, Infinity, before);
    host.runtime.byHand.stop('web-1');
    await host.clock.advance(1);
    await host.restart('kept');
    await host.converged('web', 1, 5000);
    expect(host.ids()).not.toContain(before);
  });

  it('is tried with longer and longer pauses when its successors are no better', async () => {
    host.runtime.script.failNext('start', STUCK, Infinity);
    await host.hear(generationOf(withPort));
    await host.clock.advance(600_000);
    expect(host.runtime.journal.count('create')).toBeLessThan(25);
    expect(host.of().length).toBeLessThan(3);
    expect(host.report()).toMatchObject({ state: 'failed', reason: 'start-failed' });
  });

  it('is replaced when nothing of it ran for longer than Docker ever waits, though it holds its port', async () => {
    await host.has(withPort);
    const [before] = host.ids();
    host.runtime.byHand.wedge('web-1');
    await host.clock.advance(LOST_AFTER_MS - 1000);
    expect(host.ids()).toEqual([before]);
    expect(host.report().state).toBe('failed');
    await host.clock.advance(3000);
    expect(host.ids()).not.toContain(before);
    await host.converged();
    expect(host.seen()).toEqual(['web-1 running']);
  });

  it('goes with its app, though it cannot be stopped', async () => {
    await host.has(withPort);
    host.runtime.byHand.wedge('web-1');
    await host.hear(tombstoneOf('web', 2));
    await host.clock.advance(100);
    expect(host.of()).toEqual([]);
  });

  it('is not thought to be one that only crashes again and again', async () => {
    host.push('crash:1', { exitAfterMs: 50, exitCode: 3 });
    await host.hear(generationOf(web({ image: 'crash:1' })));
    await host.clock.advance(20 * LOST_AFTER_MS);
    expect(host.runtime.journal.count('create')).toBe(1);
    expect(host.seen()).toEqual(['web-1 restarting']);
  });
});
