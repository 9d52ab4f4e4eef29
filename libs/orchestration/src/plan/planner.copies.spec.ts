import type { AppSpec } from '@nebula/domain';
import type { ObservedContainer } from '../runtime';
import { generationOf, PaperHost, tombstoneOf } from './paper-host.arbitrary';
import { printPlan } from './plan';

const web = (more: Partial<AppSpec> = {}): AppSpec => ({
  name: 'web',
  image: 'nginx:1',
  networks: ['bridge'],
  ...more,
});

describe('a copy that somebody made of a container of ours', () => {
  let host: PaperHost;
  let original: ObservedContainer;

  /** A host on which web runs, at rest for an hour. */
  function running(spec = web()): void {
    host = new PaperHost().hear(generationOf(spec, 1));
    host.settle();
    host.now += 3_600_000;
    [original] = [...host.containers.values()] as [ObservedContainer];
  }
  const verdict = () => host.plan().apps[0]?.verdict;
  const kept = () => host.plan().view.kept.map(({ container, reason }) => `${container.name} ${reason}`);

  it.each(['kept', 'lost'])('is left alone beside its original, and listed, with the file %s', (file) => {
    running();
    host.copy(original, { name: 'web-1-copy', state: 'running', imageId: 'other', limits: original.limits });
    if (file === 'lost') host.loseFile();
    host.settle();
    expect([printPlan(host.plan()), verdict()]).toEqual(['', { state: 'converged' }]);
    expect(kept()).toEqual(['web-1-copy copied']);
    expect(host.containers.get(original.id)).toEqual(original);
  });

  it.each([
    ['changed', () => host.hear(generationOf(web({ env: { A: '1' } }), 2))],
    ['stopped', () => host.hear(generationOf(web({ running: false }), 2))],
    ['deleted', () => host.hear(tombstoneOf('web', 2))],
  ])('is left alone when the app is %s', (_, change) => {
    running();
    const copy = host.copy(original, { name: 'web-1-copy', state: 'running' });
    change();
    host.settle(); // the host on paper protests when a copy is touched
    expect(host.containers.get(copy.id)).toEqual(copy);
    expect(host.containers.has(original.id)).toBe(false);
    expect(host.plan().apps.every((app) => app.verdict.state === 'converged')).toBe(true);
  });

  it.each(['kept', 'lost'])('that has the name of an original that is gone fails the app, with the file %s', (file) => {
    running();
    const copy = host.copy(original, { name: 'web-1', state: 'running' });
    host.containers.delete(original.id);
    if (file === 'lost') host.loseFile();
    expect(host.settle.bind(host)).not.toThrow();
    expect(verdict()).toMatchObject({ state: 'failed', reason: 'copied', container: 'web-1' });
    expect(verdict()?.error).toMatch(/^the container name "web-1" is held by container "web-1", .* a copy /);
    host.containers.delete(copy.id);
    host.settle();
    expect(verdict()).toEqual({ state: 'converged' });
  });

  it('that has a wanted host port fails the app with that port', () => {
    running(web({ ports: [8080] }));
    host.containers.delete(original.id);
    const copy = host.copy(original, { name: 'mine', state: 'running' });
    expect(verdict()).toMatchObject({ state: 'failed', reason: 'copied', container: 'web-1' });
    expect(verdict()?.error).toMatch(/^host port 8080\/tcp is held by container "mine", .* a copy /);
    host.containers.delete(copy.id);
    host.settle();
    expect(verdict()).toEqual({ state: 'converged' });
  });

  it('that took the name of an original that was renamed leaves that to run under the name that it has', () => {
    running();
    host.containers.set(original.id, { ...original, name: 'web-1-old' });
    host.state(original.id, 'exited');
    host.copy(original, { name: 'web-1', state: 'running' });
    expect(printPlan(host.plan())).toBe(['web 1', '  0 start web-1-old: it is exited'].join('\n'));
    host.settle();
    expect(host.containers.get(original.id)?.state).toBe('running');
    expect(verdict()).toMatchObject({ state: 'failed', reason: 'copied', error: expect.stringContaining('"web-1"') });
  });

  it('is none: a container of ours that was renamed is only renamed back', () => {
    running();
    host.containers.set(original.id, { ...original, name: 'mine' });
    expect(printPlan(host.plan())).toBe(['web 1', '  0 rename mine to web-1: it has another name'].join('\n'));
  });

  it('tells nothing of the image that its app runs, nor of its generation', () => {
    running();
    const copy = host.copy(original, { name: 'mine', state: 'running', imageId: 'other' });
    host.containers.delete(original.id);
    host.loseFile();
    expect(printPlan(host.plan())).toBe(['web 1', '  0 fetch-image nginx:1 if-missing: first image'].join('\n'));
    host.settle();
    expect([...host.containers.values()].map(({ imageId }) => imageId)).toEqual(['other', 'image of nginx:1']);
    expect(host.containers.get(copy.id)).toEqual(copy);
  });

  it('is one that an image made of ours gave its labels to', () => {
    running();
    const { 'nebula.made': _, ...labels } = original.labels;
    const imageLabels = labels;
    const run = host.copy(original, { name: 'debug', state: 'running', labels, imageLabels });
    host.loseFile();
    host.hear(tombstoneOf('web', 2));
    host.settle();
    expect([...host.containers.values()]).toEqual([run]);
  });
});

describe('a container from before there were marks', () => {
  it('is ours, and not replaced for want of one', () => {
    const host = new PaperHost().hear(generationOf(web(), 1));
    host.settle();
    const [made] = [...host.containers.values()] as [ObservedContainer];
    const { 'nebula.made': _, ...labels } = made.labels;
    host.containers.set(made.id, { ...made, labels });
    host.loseFile();
    host.now += 86_400_000;
    expect(host.settle()).toBeLessThan(3);
    expect([...host.containers.keys()]).toEqual([made.id]);
    expect(host.plan().view.kept).toEqual([]);
  });
});
