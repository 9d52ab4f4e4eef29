import {
  type AppSpec,
  type ContainersPer,
  DomainError,
  LABELS,
  parseAppSpec,
  type PullPolicy,
  type Resources,
  type Rolling,
} from '@nebula/domain';
import * as fc from 'fast-check';
import type { ObservedContainer } from '../runtime';
import { wantedCount } from './app-planner';
import { INSTALLATION } from './paper-engine.arbitrary';
import { generationOf, PaperHost, tombstoneOf } from './paper-host.arbitrary';
import { type AppPlan, printPlan } from './plan';
import { readApp } from './readable-app';

const RUNS = process.env.NEBULA_LONG ? 5000 : 400;

const valid = (spec: AppSpec): boolean => {
  try {
    parseAppSpec(spec);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
};

const port = fc.record({
  host: fc.integer({ min: 8080, max: 8086 }),
  container: fc.constantFrom(80, 81),
  hostIp: fc.constantFrom(undefined, undefined, '127.0.0.1', '10.0.0.1', '0.0.0.0', '::1'),
});

const specOf = (name: string): fc.Arbitrary<AppSpec> =>
  fc
    .record(
      {
        name: fc.constant(name),
        image: fc.constantFrom('nginx:1', 'nginx:2', 'db:1'),
        env: fc.constantFrom<Record<string, string>>({}, { A: '1' }),
        running: fc.constantFrom(true, true, true, false),
        containersPer: fc.constantFrom<ContainersPer>({ host: 1 }, { host: 2 }, { host: 3 }, { cpu: 2 }),
        ports: fc.array(port, { maxLength: 2 }),
        networks: fc.constantFrom<string[]>(['bridge'], ['front'], ['front', 'back']),
        rolling: fc.constantFrom<Rolling | null>(null, { maxUnavailable: 1 }, { maxUnavailable: 2 }),
        pullPolicy: fc.constantFrom<PullPolicy>('always', 'ifMissing', 'never'),
        resources: fc.constantFrom<Resources>({}, { cpus: 0.5 }),
        volumes: fc.constantFrom<string[]>([], ['/own'], ['data:/cache']),
      },
      { requiredKeys: ['name', 'image', 'networks'] },
    )
    .filter(valid);

/** What may befall a host between two looks. */
type Step =
  | { do: 'change'; spec: AppSpec; restart: boolean; pull: boolean }
  | { do: 'delete'; app: string }
  | { do: 'carry out'; most: number; picks: number[] }
  | { do: 'by hand'; what: 'stop' | 'pause' | 'remove' | 'rename' | 'limit' | 'disconnect' | 'network'; which: number }
  | { do: 'copy'; how: 'beside' | 'under its name' | 'in its place'; which: number }
  | { do: 'lose file' };

const app = fc.constantFrom('web', 'api');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: app.chain((name) =>
      fc.record({ do: fc.constant('change' as const), spec: specOf(name), restart: fc.boolean(), pull: fc.boolean() }),
    ),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), app }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('carry out' as const),
      most: fc.oneof(fc.nat(12), fc.constant(1000)),
      picks: fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('by hand' as const),
      what: fc.constantFrom('stop', 'pause', 'remove', 'rename', 'limit', 'disconnect', 'network'),
      which: fc.nat(100),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('copy' as const),
      how: fc.constantFrom('beside', 'under its name', 'in its place'),
      which: fc.nat(100),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose file' as const) }) },
);
const story = fc.array(step, { maxLength: 14 });

/** Plays a story on a host beside foreign containers, checking at every step what must always hold. */
class Play {
  readonly host = new PaperHost();
  readonly foreign: ObservedContainer[];
  readonly copies: ObservedContainer[] = [];
  private generation = 0;
  private readonly generations = new Map<string, number>();
  private readonly births = new Map<string, number>();

  constructor(withForeign: boolean) {
    const { host } = this;
    this.foreign = withForeign
      ? [
          host.add({ name: 'web-2' }),
          host.add({ name: 'taken', ports: [{ host: 8084, container: 80, protocol: 'tcp' }] }),
          host.addOwn({ app: 'api', ordinal: 1, installation: 'other' }, { name: 'api-9' }),
        ]
      : [];
  }

  play(steps: readonly Step[]): this {
    for (const next of steps) this.step(next);
    return this;
  }

  private step(next: Step): void {
    switch (next.do) {
      case 'change': {
        const { name } = next.spec;
        const counters = { restartedAt: next.restart ? this.next(name) : 0 };
        const generation = this.next(name);
        const pulledAt = next.pull ? generation : 0;
        const bornAt = this.births.get(name) ?? generation;
        this.births.set(name, bornAt);
        return void this.host.hear(generationOf(next.spec, generation, { ...counters, pulledAt, bornAt }));
      }
      case 'delete':
        this.births.delete(next.app);
        return void this.host.hear(tombstoneOf(next.app, this.next(next.app)));
      case 'carry out': {
        let i = 0;
        const pick = (choices: number): number => (next.picks[i++ % next.picks.length] as number) % choices;
        this.host.carryOut(this.host.plan(), pick, next.most);
        this.host.now += 1100;
        return;
      }
      case 'by hand':
        return this.byHand(next.what, next.which);
      case 'copy':
        return this.copy(next.how, next.which);
      case 'lose file':
        this.host.loseFile();
    }
  }

  private next(name: string): number {
    const generation = ++this.generation;
    this.generations.set(name, generation);
    return generation;
  }

  own(): ObservedContainer[] {
    const ours = ({ id, labels }: ObservedContainer): boolean =>
      labels[LABELS.installation] === INSTALLATION && !this.host.copies.has(id);
    return [...this.host.containers.values()].filter(ours);
  }

  private byHand(what: Extract<Step, { do: 'by hand' }>['what'], which: number): void {
    this.host.look();
    const own = this.own();
    const victim = own[which % Math.max(1, own.length)];
    if (!victim) return;
    const { containers } = this.host;
    const changes: Record<typeof what, () => void> = {
      stop: () => this.host.state(victim.id, 'exited'),
      pause: () => (victim.state === 'running' ? this.host.state(victim.id, 'paused') : undefined),
      remove: () => containers.delete(victim.id),
      rename: () => containers.set(victim.id, { ...victim, name: `by-hand-${victim.id}` }),
      limit: () => containers.set(victim.id, { ...victim, limits: { ...victim.limits, memory: 1 } }),
      disconnect: () => containers.set(victim.id, { ...victim, networks: [] }),
      network: () => this.removeNetwork(victim, which % 2 === 0),
    };
    changes[what]();
  }

  /** The Engine lets go of a network only when nothing that runs is on it. */
  private removeNetwork({ networks: [on] }: ObservedContainer, anew: boolean): void {
    if (!on) return;
    for (const { id, networks } of this.own())
      if (networks.some(({ name }) => name === on.name)) this.host.state(id, 'exited');
    const at = this.host.networks.findIndex(({ name }) => name === on.name);
    this.host.networks.splice(at, at < 0 ? 0 : 1);
    const id = `${on.id} again`;
    if (anew || on.name === 'bridge') this.host.networks.push({ id, name: on.name, labels: {} });
  }

  /** Some time after the original was made, as people and their tools do it. */
  private copy(how: Extract<Step, { do: 'copy' }>['how'], which: number): void {
    this.host.look();
    const own = this.own();
    const victim = own[which % Math.max(1, own.length)];
    if (!victim) return;
    const { host } = this;
    host.now += 3_600_000;
    if (how === 'in its place') host.containers.delete(victim.id);
    if (how === 'under its name') host.containers.set(victim.id, { ...victim, name: `by-hand-${victim.id}` });
    const { state } = victim;
    const more = {
      beside: { ports: [] },
      'under its name': { name: victim.name },
      'in its place': { ...victim, state },
    };
    const { id: _, createdAt: __, ...rest } = { id: '', createdAt: '', ...more[how] };
    this.copies.push(host.copy(victim, rest));
  }

  /** That every app is as its newest generation says, or says why not. */
  expectAsWanted(reasons = ['port-taken', 'name-taken', 'rolling-stuck']): void {
    for (const { app: name, verdict } of this.host.plan().apps) {
      const generation = this.host.desired.newest(name);
      const readable = readApp(generation!);
      if (!('app' in readable) || verdict.state !== 'converged') {
        expect(verdict.state).toBe('failed');
        expect(reasons).toContain(verdict.reason);
        continue;
      }
      const mine = this.own().filter(({ labels }) => labels[LABELS.app] === name);
      const count = wantedCount(readable.app, this.host.engine);
      expect(mine.map((container) => container.name).toSorted()).toEqual(
        Array.from({ length: count }, (_, index) => `${name}-${index + 1}`).toSorted(),
      );
      expect(mine.every(({ state }) => state === 'running')).toBe(true);
      expect(new Set(mine.map(({ imageId }) => imageId)).size).toBeLessThanOrEqual(1);
      expect(mine.every(({ labels }) => readable.settings.same(labels[LABELS.settings] ?? ''))).toBe(true);
    }
  }
}

const check = (property: fc.IRawProperty<unknown>): void =>
  fc.assert(property as fc.IProperty<unknown>, { numRuns: RUNS });

describe('whatever befalls a host', () => {
  it('it converges, with no breach on the way, and a settled host stays settled', () => {
    check(
      fc.property(
        story,
        fc.boolean(),
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 5 }),
        (steps, foreign, picks) => {
          const play = new Play(foreign).play(steps);
          let i = 0;
          play.host.settle((choices) => (picks[i++ % picks.length] as number) % choices);
          play.expectAsWanted(['copied', 'port-taken', 'name-taken', 'rolling-stuck']);
          expect(printPlan(play.host.plan())).toBe('');
          for (const container of [...play.foreign, ...play.copies]) {
            expect(play.host.containers.get(container.id)).toEqual(container);
          }
          for (const { id } of play.copies) play.host.containers.delete(id);
          play.host.settle();
          play.expectAsWanted();
        },
      ),
    );
  });

  it('a lost file costs no more than a pull for each app, and restarts nothing', () => {
    check(
      fc.property(story, (steps) => {
        const { host } = new Play(false).play(steps);
        host.settle();
        const before = new Set(host.containers.keys());
        host.loseFile();
        const pulls = host.pulls;
        host.settle();
        expect(new Set(host.containers.keys())).toEqual(before);
        expect(host.pulls - pulls).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('the order in which containers are listed does not matter', () => {
    check(
      fc.property(story, fc.array(fc.nat(), { minLength: 30, maxLength: 30 }), (steps, keys) => {
        const { host } = new Play(true).play(steps);
        const sorted = [...host.containers.values()].map((container, i) => ({
          container,
          key: keys[i % 30] as number,
        }));
        const shuffled = sorted.toSorted((a, b) => a.key - b.key).map(({ container }) => container);
        expect(printPlan(host.plan(shuffled))).toBe(printPlan(host.plan()));
      }),
    );
  });
});

const hasFailed = ({ verdict }: AppPlan): boolean => verdict.state === 'failed';

describe('anonymous volumes, whatever befalls a host', () => {
  it("follow their slot, are no one else's, and go with delete and scale-down: none is left", () => {
    const remembering = story.map((steps) => steps.filter((next) => next.do !== 'lose file'));
    check(
      fc.property(remembering, fc.array(fc.nat(1000), { minLength: 1, maxLength: 5 }), (steps, picks) => {
        const { host, copies } = new Play(false).play(steps);
        // An app that is hindered by one keeps its volumes for the time after.
        for (const { id } of copies) host.containers.delete(id);
        let i = 0;
        const pick = (choices: number): number => (picks[i++ % picks.length] as number) % choices;
        host.settle(pick);
        const had = [...host.containers.values()].flatMap(({ volumes = [] }) => volumes.map(({ name }) => name));
        // Of an app that is stopped, or that somebody has a port of, they wait.
        const { apps } = host.plan();
        const stands = ({ app }: { app: string }): boolean =>
          host.desired.newest(app)?.spec?.running === false || apps.some((one) => one.app === app && hasFailed(one));
        const waiting = (whose: string): boolean => apps.some((one) => stands(one) && whose.startsWith(`${one.app} `));
        for (const [name, whose] of host.volumes.all) expect(had.includes(name) || waiting(whose)).toBe(true);
        host.hear(tombstoneOf('web', 1000), tombstoneOf('api', 1001));
        host.settle(pick);
        expect([...host.volumes.all]).toEqual([]);
        expect([...host.volumes.remembered]).toEqual([]);
      }),
    );
  });
});

describe('a rolling change', () => {
  it('never has more down than it may, but for what was down before it', () => {
    const pair = fc.tuple(specOf('web'), specOf('web')).filter(([, to]) => Boolean(to.rolling) && to.running !== false);
    check(
      fc.property(pair, fc.array(fc.nat(1000), { minLength: 1, maxLength: 5 }), ([from, to], picks) => {
        const host = new PaperHost().hear(generationOf({ ...from, running: true, rolling: null }, 1));
        host.settle();
        const before = host.up('web');
        const generation = generationOf(to, 2);
        const readable = readApp(generation);
        if (!('app' in readable)) throw new Error('unreadable');
        const count = Math.min(before, wantedCount(readable.app, host.engine));
        host.hear(generation);
        let i = 0;
        const pick = (choices: number): number => (picks[i++ % picks.length] as number) % choices;
        host.settle(pick, () => expect(host.up('web')).toBeGreaterThanOrEqual(count - to.rolling!.maxUnavailable));
      }),
    );
  });
});
