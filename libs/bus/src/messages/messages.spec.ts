import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  accept,
  type Check,
  checkAppMessage,
  checkDigest,
  checkGroupMessage,
  checkReport,
  checkSnapshot,
  checkSnapshotRequest,
  checkStatus,
  MESSAGE_LIMITS,
  open,
  Refusal,
  seal,
} from '.';
import { isObject } from './shape';

const CHECKS: Record<string, Check<unknown>> = {
  app: checkAppMessage,
  group: checkGroupMessage,
  digest: checkDigest,
  report: checkReport,
  status: checkStatus,
  'snapshot-request': checkSnapshotRequest,
  snapshot: checkSnapshot,
};
const checkOf = (topic: string): Check<unknown> => {
  const check = CHECKS[topic];
  if (!check) throw new Error(`a fixture of an unknown topic: ${topic}`);
  return check;
};

const FIXTURES = join(__dirname, 'fixtures');
const fixtures = readdirSync(FIXTURES).flatMap((version) =>
  readdirSync(join(FIXTURES, version)).map((file) => ({
    title: `${version}/${file}`,
    topic: file.split('.')[0] ?? '',
    message: JSON.parse(readFileSync(join(FIXTURES, version, file), 'utf8')) as { body: Record<string, unknown> },
  })),
);
const fixture = (title: string) => {
  const found = fixtures.find((each) => each.title === `v3.0/${title}.json`);
  if (!found) throw new Error(`no fixture ${title}`);
  return structuredClone(found.message).body;
};

/** Every place inside of a message, by the keys that lead there. */
function places(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => [[...path, key], ...places(entry, [...path, key])]);
}
const at = (message: unknown, path: string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], message);
function replaced(message: unknown, path: string[], by: unknown): unknown {
  const copy: unknown = structuredClone(message);
  (at(copy, path.slice(0, -1)) as Record<string, unknown>)[path.at(-1) as string] = by;
  return copy;
}
const deep = (levels: number): unknown => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));

/** Whatever they hold, the message is taken in: who uses them has a default (`digestIntervalMs`). */
const WITH_DEFAULT = ['intervalSeconds', 'digestIntervalSeconds'];

describe.each(fixtures)('the released message $title', ({ topic, message }) => {
  it('is taken in, as it is', () => {
    expect(accept(message, 'nebula', checkOf(topic))).toEqual(message);
  });

  it('is taken in with fields that this version does not know', () => {
    for (const path of [[], ...places(message).filter((each) => isObject(at(message, each)))]) {
      const newer = replaced(message, [...path, 'fromTheFuture'], { a: [1] });
      expect(accept(newer, 'nebula', checkOf(topic))).toEqual(newer);
    }
  });

  it('says where it is wrong, and never throws, whatever one of its places holds', () => {
    for (const path of places(message).filter((each) => !each.slice(0, -1).includes('spec'))) {
      for (const junk of [null, [null], { a: 1 }, Number.NaN, 1e300, '\n', '\u0000', 'x'.repeat(70_000)]) {
        const answer = accept(replaced(message, path, junk), 'nebula', checkOf(topic));
        if (answer instanceof Refusal) expect(answer.detail).toMatch(/^(\/[\w-]+)*: ./);
      }
      const refused = accept(replaced(message, path, [null]), 'nebula', checkOf(topic)) instanceof Refusal;
      expect(refused).toBe(!WITH_DEFAULT.includes(String(path.at(-1))));
    }
  });
});

describe('open', () => {
  const sealed = seal('nebula', 'store-1', { apps: [] });

  it('gives back what was sealed', () => {
    expect(open(sealed, 'nebula')).toEqual({ v: 1, installation: 'nebula', store: 'store-1', body: { apps: [] } });
  });

  it.each([undefined, null, 5, 'x', [], () => 0])('refuses %p', (payload) => {
    expect(open(payload, 'nebula')).toMatchObject({ reason: 'malformed', detail: ': must be an object' });
  });

  it.each([
    ['foreign', { ...sealed, installation: 'other' }],
    ['foreign', { ...sealed, installation: 'other', v: 2, body: 5 }],
    ['version', { ...sealed, v: 2 }],
    ['version', { ...sealed, v: undefined }],
    ['malformed', { ...sealed, installation: undefined }],
    ['malformed', { ...sealed, store: 5 }],
    ['malformed', { ...sealed, store: 'x'.repeat(MESSAGE_LIMITS.name + 1) }],
    ['malformed', { ...sealed, body: null }],
    ['malformed', { ...sealed, body: [] }],
    ['too-deep', { ...sealed, body: deep(10_000) }],
    ['too-deep', { ...sealed, extra: deep(100_000) }],
    ['too-large', { ...sealed, body: Array(10).fill({ a: 'x'.repeat(MESSAGE_LIMITS.message / 10) }) as object, v: 1 }],
  ])('refuses as %s', (reason, envelope) => {
    const body = Array.isArray(envelope.body) && envelope.body.length > 0 ? { all: envelope.body } : envelope.body;
    expect(open({ ...envelope, body }, 'nebula')).toMatchObject({ reason });
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (payload) => {
        open(payload, 'nebula');
        for (const check of Object.values(CHECKS)) check(payload);
      }),
    );
  });
});

describe('a check of a body', () => {
  it.each(Object.keys(CHECKS))('of %s refuses what is too deep by itself, wherever it hides', (topic) => {
    expect(checkOf(topic)({ ...fixture(topic === 'digest' ? 'digest.all' : topic), more: deep(10_000) })).toMatchObject(
      { reason: 'too-deep' },
    );
  });

  it.each([null, 5, 'x', [], undefined])('refuses %p', (body) => {
    for (const check of Object.values(CHECKS)) expect(check(body)).toBeInstanceOf(Refusal);
  });

  it('wants every field of the model that is not optional', () => {
    const app = fixture('app').app as Record<string, unknown>;
    for (const field of Object.keys(app)) {
      expect(checkAppMessage({ app: { ...app, [field]: undefined } })).toMatchObject({
        detail: `/app/${field}: is missing`,
      });
    }
    const report = fixture('report.partial');
    for (const field of Object.keys(report)) {
      expect(checkReport({ ...report, [field]: undefined })).toMatchObject({ detail: `/${field}: is missing` });
    }
  });
});

describe('checkAppMessage', () => {
  const message = fixture('app') as { app: Record<string, unknown> & { spec: object } };
  const wrong = (changes: object) => checkAppMessage({ app: { ...message.app, ...changes } });

  it('leaves the settings to the worker, which says that it is too old for them', () => {
    expect(wrong({ spec: { name: 'web', image: 'a', ports: 'of a newer kind', teleport: true } })).not.toBeInstanceOf(
      Refusal,
    );
  });

  it.each([
    ['/app/spec', { spec: undefined }],
    ['/app/spec', { spec: 'web' }],
    ['/app/spec/name', { spec: { image: 'a' } }],
    ['/app/spec/name', { spec: { name: 'another', image: 'a' } }],
    ['/app/spec/image', { spec: { name: 'web', image: 5 } }],
    ['/app/spec', { spec: { name: 'web', image: 'a', env: { A: 'x'.repeat(MESSAGE_LIMITS.appSpec) } } }],
    ['/app/generation', { generation: 0 }],
    ['/app/generation', { generation: 1.5 }],
    ['/app/generation', { generation: 2 ** 53 }],
    ['/app/bornAt', { bornAt: 8 }],
    ['/app/restartedAt', { restartedAt: 8 }],
    ['/app/pulledAt', { pulledAt: 8 }],
    ['/app/name', { name: '__proto__' }],
    ['/app/name', { name: 'a\nb' }],
    ['/app/name', { name: '' }],
    ['/app/actor', { actor: 5 }],
    ['/app/deleted', { deleted: 'yes' }],
  ])('names %s where it is wrong: %#', (pointer, changes) => {
    const refusal = wrong(changes);
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).detail.split(':')[0]).toBe(pointer);
  });
});

describe('checkDigest', () => {
  it.each([{}, { app: 'a', group: 'b' }, { all: false }, { app: 5 }, 'all', null, { teapot: 'x' }])(
    'refuses the scope %j',
    (scope) => {
      expect(checkDigest({ scope, digest: 'abc' })).toMatchObject({ reason: 'malformed' });
    },
  );
});

describe('checkReport', () => {
  const withApp = (changes: object) => ({
    ...fixture('report.partial'),
    apps: [{ app: 'web', generation: 1, state: 'failed', containers: [], ...changes }],
  });

  it('takes words in that only a newer worker knows', () => {
    expect(checkReport(withApp({ reason: 'eaten-by-a-bear' }))).not.toBeInstanceOf(Refusal);
  });

  it('takes ports in of all addresses and of one', () => {
    const port = { host: 1, container: 1, protocol: 'tcp' };
    const [app] = fixture('report').apps as { containers: object[] }[];
    const of = (more: object) =>
      checkReport(withApp({ containers: [{ ...app!.containers[0], ports: [{ ...port, ...more }] }] }));
    for (const more of [{}, { hostIp: '::1' }, { hostIp: '127.0.0.1' }]) expect(of(more)).not.toBeInstanceOf(Refusal);
    for (const hostIp of ['', 5, null, 'x'.repeat(65)]) expect(of({ hostIp })).toBeInstanceOf(Refusal);
  });

  it.each([{ state: 'resting' }, { log: 'x'.repeat(MESSAGE_LIMITS.log + 1) }, { reason: 'Not A Word' }])(
    'refuses an app with something wrong: %#',
    (changes) => {
      expect(checkReport(withApp(changes))).toMatchObject({ reason: 'malformed' });
    },
  );

  it.each([
    ['/problems', { problems: Array(MESSAGE_LIMITS.problems + 1).fill({ code: 'a', detail: '' }) }],
    ['/engine/cpus', { engine: { id: '', name: '', version: '', cpus: -1, memoryBytes: 0 } }],
    ['/selection/names/1', { selection: { all: true, names: ['a', 'b\u0007'] } }],
    ['/gone', { gone: 'web' }],
  ])('names %s where it is wrong', (pointer, changes) => {
    const refusal = checkReport({ ...fixture('report.partial'), ...changes });
    expect((refusal as Refusal).detail?.split(':')[0]).toBe(pointer);
  });

  it('refuses one that is too large as a whole', () => {
    const apps = Array.from({ length: 1200 }, (_, n) => ({
      app: `app-${n}`,
      generation: 1,
      state: 'failed',
      log: 'x'.repeat(MESSAGE_LIMITS.log),
      containers: [],
    }));
    expect(checkReport({ ...fixture('report.partial'), apps })).toMatchObject({ reason: 'too-large' });
  });
});
