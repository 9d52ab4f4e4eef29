import { type AppGeneration, sparse } from '@nebula/domain';
import { DesiredState, type ObservedContainer, plan, type Plan, type PlanInput } from '@nebula/orchestration';

const IDENTITY = { installation: 'bench', store: 'store' };
const NETWORK = { id: 'network', name: 'nebula', labels: {} };
const LONG_AGO = 0;
const NOW = 1_000_000;
const PORTS_EACH = 100;

/** A host at rest, on paper: its containers are those that the planner itself asked for. */
export class PlannedHost {
  private containers: ObservedContainer[] = [];
  private desired: DesiredState;

  constructor(
    private readonly apps: number,
    private readonly containersEach: number,
  ) {
    this.desired = this.desiredOf(1);
    this.containers = this.plan().apps.flatMap(({ actions }) =>
      actions.flatMap((action) => (action.kind === 'create' ? [running(action.spec)] : [])),
    );
  }

  plan(): Plan {
    return plan({
      identity: IDENTITY,
      engine: { cpus: 2, memoryBytes: 2 ** 32 },
      containers: this.containers,
      networks: [NETWORK],
      desired: this.desired,
      busy: new Set<string>(),
      settleMs: 5000,
      now: NOW,
      history,
    });
  }

  /** Forgets what was read of containers before: as when the Engine's list was just read. */
  observe(): void {
    this.containers = this.containers.map((container) => ({ ...container }));
  }

  /** Changes every app so that all of its containers have to be replaced. */
  changeAll(): void {
    this.desired = this.desiredOf(2);
  }

  private desiredOf(generation: number): DesiredState {
    const desired = new DesiredState({ all: true, names: [] });
    for (let app = 0; app < this.apps; app++) {
      desired.hearApp(IDENTITY.store, generationOf(app, generation, this.containersEach));
    }
    return desired;
  }
}

const history: PlanInput['history'] = {
  image: (app) => ({ reference: imageOf(app), id: 'sha256:bench', settings: '', pulledAt: 0 }),
  fetching: () => undefined,
  attempt: () => undefined,
  attempts: () => [],
  volumes: () => [],
  claim: () => undefined,
  isOwn: () => true,
  knowsOrigin: () => true,
  runningSince: () => LONG_AGO,
  making: () => undefined,
  restartingSince: () => undefined,
  lastEnd: () => undefined,
  proven: () => [],
  releaseAt: () => LONG_AGO,
};

const imageOf = (app: string): string => `registry.example/${app}:1`;

function generationOf(index: number, generation: number, containersEach: number): AppGeneration {
  const name = `app-${index}`;
  const spec = sparse({
    name,
    image: imageOf(name),
    pullPolicy: 'ifMissing',
    containersPer: { host: containersEach },
    env: { LOG_LEVEL: 'info', GENERATION: String(generation) },
    ports: [{ host: 1024 + index * PORTS_EACH, container: 80 }],
    labels: { team: 'bench' },
  });
  const at = '2026-01-01T00:00:00Z';
  const counters = { bornAt: 1, restartedAt: 0, pulledAt: 0 };
  return { name, generation, deleted: false, spec, createdAt: at, updatedAt: at, actor: 'bench', ...counters };
}

type Created = Pick<ObservedContainer, 'name' | 'image' | 'imageId' | 'labels'> & {
  settings: Pick<ObservedContainer, 'ports'>;
};

function running({ name, image, imageId, labels, settings }: Created): ObservedContainer {
  return {
    id: `id of ${name}`,
    name,
    image,
    imageId,
    labels,
    state: 'running',
    ports: settings.ports,
    networks: [{ id: NETWORK.id, name: NETWORK.name }],
    limits: { nanoCpus: 0, memory: 0, restartPolicy: 'unless-stopped', others: [] },
    restartCount: 0,
    createdAt: '2026-01-01T00:00:00Z',
  };
}
