import type { AppGeneration, Envelope, HostReport } from '@nebula/domain';
import { Controller, type INestMicroservice, Logger } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ControlBus } from './control-bus';
import { type HostBus, INBOX } from './host-bus';
import { seal } from './messages';
import type { Audience } from './topics';

/** One bus, and as many ends of it as a test wants. Hosts wait at most about half a second for an answer. */
export interface BusUnderTest {
  control(): Promise<ControlBus>;
  host(): Promise<HostBus>;
  /** Cuts the host's connection, with all that was on its way. */
  cut(host: HostBus): Promise<void>;
  mend(host: HostBus): Promise<void>;
  /** Takes the whole bus away, for everybody, and brings it back, with what it was told to keep or empty. */
  down(): Promise<void>;
  up(options?: { empty: boolean }): Promise<void>;
  /** It is there, and takes nothing in until `unblock`. */
  block(): Promise<void>;
  unblock(): Promise<void>;
  /** It loses every binding by which this is heard, and tells nobody: connections stay. */
  lose(way: 'desired' | 'answers'): Promise<void>;
  close(): Promise<void>;
}

/** Waits until `condition` holds, 5 s at the most. */
export async function eventually(
  condition: () => boolean,
  what = condition.toString(),
  withinMs = 5_000,
): Promise<void> {
  for (const end = Date.now() + withinMs; !condition(); await sleep(2)) {
    if (Date.now() > end) throw new Error(`never became true: ${what}`);
  }
}

export type Heard = { pattern: string; message: Envelope<Record<string, unknown>> };

/** The worker's handlers, as small as they get. */
@Controller()
export class Ear {
  readonly heard: Heard[] = [];

  @EventPattern(INBOX.app)
  app(@Payload() message: Heard['message']): void {
    this.hear(INBOX.app, message);
  }
  @EventPattern(INBOX.group)
  group(@Payload() message: Heard['message']): void {
    this.hear(INBOX.group, message);
  }
  @EventPattern(INBOX.digest)
  digest(@Payload() message: Heard['message']): void {
    this.hear(INBOX.digest, message);
  }

  private hear(pattern: string, message: Heard['message']): void {
    this.heard.push({ pattern, message });
    if (message.body.poison) throw new Error('poison');
  }
}

const app = (name: string, generation = 1): AppGeneration => ({
  name,
  generation,
  deleted: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  actor: 'test',
  spec: { name, image: 'busybox' },
  bornAt: 1,
  restartedAt: 0,
  pulledAt: 0,
});
export const appMessage = (name: string, generation = 1) => seal('test', 'store', { app: app(name, generation) });
export const groupMessage = (name: string) => {
  const { createdAt, updatedAt, actor } = app(name);
  const group = { name, generation: 1, deleted: false, createdAt, updatedAt, actor, apps: [] };
  return seal('test', 'store', { group, apps: [] });
};
/** Of everything: every host hears it. */
export const digestMessage = () => seal('test', 'store', { scope: { all: true } as const, digest: 'any' });
export const report = (host: string, count = 1): Envelope<HostReport> =>
  seal('test', 'store', {
    host,
    start: 'start',
    count,
    full: true,
    selection: { all: true, names: [] },
    workerVersion: '3',
    problems: [],
    apps: [],
    gone: [],
  });
export const question = seal('test', '', { host: 'h', selection: { all: true, names: [] }, known: [] });
export const answer = seal('test', 'store', { groups: [], apps: [app('web')] });
export const AWAY = { name: 'DomainError', kind: 'unavailable' };

export const names = (heard: Heard[]) =>
  heard.map(({ message: { body } }) => {
    const { app: ofApp, group, scope } = body as Record<string, Record<string, string> | undefined>;
    return ofApp?.name ?? group?.name ?? JSON.stringify(scope);
  });

/** What the obligations of one group of tests act on; its fields hold from before each test. */
export interface Scene {
  bus: BusUnderTest;
  control: ControlBus;
  /** A worker on the bus, subscribed. */
  listen(audience: Partial<Audience>, host?: HostBus): Promise<{ host: HostBus; heard: Heard[] }>;
}

/** Opens a bus before each test, and closes it after each, with all that was made on it. */
export function setScene(open: () => Promise<BusUnderTest>): Scene {
  let microservices: INestMicroservice[] = [];
  const scene = { listen } as Scene;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    scene.bus = await open();
    scene.control = await scene.bus.control();
  });
  afterEach(async () => {
    await Promise.all(microservices.map((each) => each.close()));
    microservices = [];
    await scene.bus.close();
    Logger.overrideLogger(['error', 'warn']);
  });

  async function listen(audience: Partial<Audience>, host?: HostBus): Promise<{ host: HostBus; heard: Heard[] }> {
    const own = host ?? (await scene.bus.host());
    const module = await Test.createTestingModule({ controllers: [Ear] }).compile();
    const service = module.createNestMicroservice({ strategy: own.inbox({ all: false, names: [], ...audience }) });
    microservices.push(service);
    let connected = false;
    own.onConnected(() => (connected = true));
    Logger.overrideLogger(false);
    await service.listen();
    await eventually(() => connected);
    return { host: own, heard: service.get(Ear).heard };
  }
  return scene;
}
