import { fullDocument, type AppSpec } from '@nebula/domain';

const AT = '2026-01-31T12:00:00.000Z';
const SETTINGS = { image: 'registry.example:5000/web:1.4', ports: [8080], env: { LEVEL: 'info' } };
const SPEC: AppSpec = { name: 'web', ...SETTINGS };
const READ_ONLY = { generation: 7, createdAt: AT, updatedAt: AT };
const GROUP = { name: 'edge', apps: ['web', 'cache'] };
const ROLLOUT = { hosts: 3, converged: 2, converging: 0, waiting: 0, failed: 1, silent: 0 };
const DOCUMENT = { ...fullDocument(SPEC), ...READ_ONLY };
const GROUP_DOCUMENT = { ...GROUP, ...READ_ONLY };

const CONTAINER = {
  host: 'rack1-3f2a',
  app: 'web',
  id: '4c01db0b339c',
  name: 'web-1',
  ordinal: 1,
  state: 'running',
  image: SPEC.image,
  imageId: 'sha256:2f7f7bce8929',
  generation: 7,
  ports: [{ host: 8080, container: 8080, protocol: 'tcp' }],
  startedAt: AT,
  restartCount: 0,
};

const HOST = {
  id: 'rack1-3f2a',
  selection: { all: true, names: [] },
  store: '0b9f2c7e',
  workerVersion: '3.0.0',
  engine: { id: 'GYTP:XJUW', name: 'rack1', version: '27.3.1', cpus: 8, memoryBytes: 16777216000 },
  problems: [],
  firstHeardAt: AT,
  lastHeardAt: AT,
  ageSeconds: 4,
  silent: false,
  apps: { converged: 3, converging: 0, waiting: 0, failed: 0 },
};

const page = (item: unknown) => ({ items: [item], nextCursor: null });

/** By name of the schema. */
const EXAMPLES: Record<string, unknown> = {
  AppSpec: SPEC,
  AppReplacement: SETTINGS,
  AppPatch: { image: 'registry.example:5000/web:1.5', env: { LEVEL: 'debug' }, rolling: null },
  AppDocument: DOCUMENT,
  AppPage: page(DOCUMENT),
  Tombstone: { name: 'web', deleted: true, ...READ_ONLY },
  AppStatus: {
    name: 'web',
    generation: 7,
    deleted: false,
    rollout: ROLLOUT,
    failures: [
      {
        reason: 'port-taken',
        hosts: 1,
        examples: [{ host: 'rack1-3f2a', container: 'web-1', error: 'port 8080 is taken', generation: 7, until: AT }],
      },
    ],
    warnings: [{ text: 'the Engine does not keep the memory limit', hosts: 1, examples: ['rack1-3f2a'] }],
  },
  ContainerPage: page(CONTAINER),
  AppGenerationPage: page({
    generation: 7,
    deleted: false,
    actor: 'nebula',
    at: AT,
    restartedAt: 0,
    pulledAt: 0,
    app: fullDocument(SPEC),
  }),
  DeviceGroupSpec: GROUP,
  GroupReplacement: { apps: GROUP.apps },
  GroupPatch: { apps: ['web'] },
  GroupDocument: GROUP_DOCUMENT,
  GroupPage: page(GROUP_DOCUMENT),
  HostView: HOST,
  HostPage: page(HOST),
  StoreView: { identity: '5f0c2a4e-9c53-4b6b-8a77-3f9f5f8b1d60', followed: 'yes' },
  Health: { status: 'up' },
};

export const exampleOf = (ref: string | undefined): unknown => EXAMPLES[ref?.split('/').at(-1) ?? ''];
