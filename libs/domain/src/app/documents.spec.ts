import fc from 'fast-check';
import type { AppSpec } from './app-spec.noun';
import { appSpecs } from './app-spec.arbitrary';
import { fullDocument, sparse } from './documents';
import { parseAppSpec } from './parse-app-spec';
import { resolveApp } from './resolve-app';

const minimal: AppSpec = { name: 'web', image: 'web:1' };
const withDefaults: AppSpec = {
  ...minimal,
  running: true,
  containersPer: { host: 1 },
  ports: [],
  env: {},
  volumes: [],
  networks: ['nebula'],
  devices: [],
  privileged: false,
  rolling: null,
  command: [],
  entrypoint: null,
  labels: {},
  resources: { cpus: null, memoryMiB: null },
  logging: null,
  healthCheck: null,
  stop: { signal: null, graceSeconds: 10 },
  ulimits: [],
  extraHosts: [],
  capAdd: [],
  capDrop: [],
  tmpfs: [],
  readOnlyRoot: false,
};

describe('the sparse form', () => {
  it('has nothing that equals its default', () => expect(sparse(withDefaults)).toStrictEqual(minimal));

  it('has no default within a part either, and keeps the short forms', () =>
    expect(
      sparse({
        ...minimal,
        ports: [
          8080,
          { host: 1, container: 2, protocol: 'tcp', hostIp: null },
          { host: 1, container: 2, protocol: 'udp' },
        ],
        resources: { cpus: 1, memoryMiB: null },
        logging: { driver: 'local', options: {} },
        stop: { signal: 'TERM', graceSeconds: 10 },
        entrypoint: [],
      }),
    ).toStrictEqual({
      ...minimal,
      ports: [8080, { host: 1, container: 2 }, { host: 1, container: 2, protocol: 'udp' }],
      resources: { cpus: 1 },
      logging: { driver: 'local' },
      stop: { signal: 'TERM' },
      entrypoint: [],
    }));

  it('keeps a pull policy that was written: the default moves with the tag, the owner does not', () =>
    expect(sparse({ ...minimal, pullPolicy: 'ifMissing' })).toStrictEqual({ ...minimal, pullPolicy: 'ifMissing' }));
});

describe('the full document', () => {
  it('has every field', () => {
    expect(fullDocument(minimal)).toStrictEqual({ ...withDefaults, pullPolicy: 'ifMissing', command: null });
  });

  it('fills in the defaults of parts and keeps short forms', () => {
    const spec: AppSpec = { ...minimal, ports: [8080, { host: 1, container: 2 }], logging: { driver: 'local' } };
    expect(fullDocument(spec)).toMatchObject({
      ports: [8080, { host: 1, container: 2, protocol: 'tcp', hostIp: null }],
      logging: { driver: 'local', options: {} },
    });
  });

  it('shares nothing with the defaults: whoever changes it changes only it', () => {
    fullDocument(minimal).networks.push('other');
    fullDocument(minimal).stop.graceSeconds = 1;
    expect(fullDocument(minimal)).toMatchObject({ networks: ['nebula'], stop: { graceSeconds: 10 } });
  });
});

describe('the pull policy', () => {
  it.each([
    ['web', 'always'],
    ['web:latest', 'always'],
    ['registry.example:5000/web', 'always'],
    ['web:1', 'ifMissing'],
    [`web@sha256:${'0'.repeat(64)}`, 'ifMissing'],
    [`web:latest@sha256:${'0'.repeat(64)}`, 'ifMissing'],
    ['not an image', 'ifMissing'],
  ])('of %s is %s by default', (image, policy) => {
    expect(resolveApp({ name: 'web', image }).pullPolicy).toBe(policy);
    expect(resolveApp({ name: 'web', image, pullPolicy: 'never' }).pullPolicy).toBe('never');
  });
});

describe('a spec', () => {
  const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  it('means the same in every form', () =>
    fc.assert(
      fc.property(appSpecs, (spec) => {
        const app = resolveApp(spec);
        expect(resolveApp(sparse(spec))).toEqual(app);
        expect(resolveApp(fullDocument(spec))).toEqual(app);
        expect(resolveApp(parseAppSpec(json(fullDocument(spec))))).toEqual(app);
      }),
    ));

  it('is accepted again in every form, which is then its own', () =>
    fc.assert(
      fc.property(appSpecs, (spec) => {
        expect(parseAppSpec(json(spec))).toStrictEqual(spec);
        expect(sparse(sparse(spec))).toStrictEqual(sparse(spec));
        expect(parseAppSpec(json(sparse(spec)))).toStrictEqual(sparse(spec));
        expect(fullDocument(fullDocument(spec))).toStrictEqual(fullDocument(spec));
        const shown = sparse(parseAppSpec(json(fullDocument(spec))));
        expect(shown).toStrictEqual({ ...sparse(spec), pullPolicy: resolveApp(spec).pullPolicy });
      }),
    ));
});
