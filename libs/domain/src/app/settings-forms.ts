import type { Life } from '../labels';
import type { App, Port } from './app';
import { canonical } from './canonical';
import { normalImage, parseImage } from './fields/image';
import { signalNumber } from './fields/signal';

/** The settings that force new containers, in one normal form, those at their defaults left out. */
type Form = (app: App, life: Life) => Record<string, unknown>;
interface Setting {
  value: unknown;
  default: unknown;
}

/**
 * A setting that comes later is one more line here, which puts it into every form (of a part of a field: a line of its
 * own, or one more piece of text where it differs from its default): the hash of every app without it must stay as it was.
 * Nothing else is ever changed. Lists are sorted where their order makes no difference to Docker.
 */
const form1 = (app: App, life: Life): Record<string, Setting> => ({
  image: { value: imageText(app), default: '' },
  command: { value: app.command, default: null },
  entrypoint: { value: app.entrypoint, default: null },
  env: { value: app.env, default: {} },
  ports: { value: app.ports.map(portText).sort(), default: [] },
  volumes: { value: app.volumes.map((v) => `${v.source ?? ''}:${v.target}:${v.mode}`).sort(), default: [] },
  networks: { value: app.networks, default: ['nebula'] },
  devices: { value: app.devices.map((d) => `${d.host}:${d.container}:${d.permissions}`).sort(), default: [] },
  privileged: { value: app.privileged, default: false },
  labels: { value: app.labels, default: {} },
  cpus: { value: app.resources.cpus, default: null },
  memoryMiB: { value: app.resources.memoryMiB, default: null },
  logDriver: { value: app.logging?.driver ?? null, default: null },
  logOptions: { value: app.logging?.options ?? {}, default: {} },
  healthCheck: { value: healthCheck(app), default: {} },
  ulimits: { value: app.ulimits.map((u) => `${u.name}=${u.soft}:${u.hard}`).sort(), default: [] },
  extraHosts: { value: app.extraHosts, default: [] },
  capAdd: { value: [...app.capAdd].sort(), default: [] },
  capDrop: { value: [...app.capDrop].sort(), default: [] },
  tmpfs: { value: app.tmpfs.map((t) => `${t.target}:${t.options}`).sort(), default: [] },
  readOnlyRoot: { value: app.readOnlyRoot, default: false },
  restartedAt: { value: life.restartedAt, default: 0 },
  bornAt: { value: life.bornAt, default: 1 },
});

/**
 * Knows `stop` too, which Docker takes with a new container only, and takes extra hosts and further networks in any order:
 * which network is the first counts, and the order of one name's addresses. What containers of the first form have of
 * these is never looked at. A field that comes later goes into `form1`, and is in this one by that.
 */
const form2 = (app: App, life: Life): Record<string, Setting> => ({
  ...form1(app, life),
  networks: { value: [...app.networks.slice(0, 1), ...app.networks.slice(1).sort()], default: ['nebula'] },
  extraHosts: { value: sortedByName(app.extraHosts), default: [] },
  stopSignal: { value: signalOf(app), default: null },
  stopGraceSeconds: { value: app.stop.graceSeconds, default: 10 },
});

/** `TERM`, `SIGTERM` and `15` are one signal. */
const signalOf = ({ stop: { signal } }: App): string | number | null => signal && (signalNumber(signal) ?? signal);

/** Sorting is stable: the addresses of one name stay in their order. */
const sortedByName = (extraHosts: readonly string[]): string[] => {
  const nameOf = (entry: string): string => entry.slice(0, entry.indexOf(':'));
  return extraHosts.toSorted((a, b) => Number(nameOf(a) > nameOf(b)) - Number(nameOf(a) < nameOf(b)));
};

const portText = ({ hostIp, host, container, protocol }: Port): string =>
  `${hostIp === undefined ? '' : `[${hostIp}]:`}${host}:${container}/${protocol}`;

const imageText = ({ image }: App): string => {
  const reference = parseImage(image);
  return reference.ok ? normalImage(reference.value) : image;
};

/** Zero, or a test of no words, is Docker's way to say "the image's own". */
const healthCheck = ({ healthCheck }: App): object =>
  Object.fromEntries(
    Object.entries(healthCheck ?? {}).filter(
      ([, value]) => value !== 0 && !(Array.isArray(value) && value.length === 0),
    ),
  );

const differing =
  (settingsOf: (app: App, life: Life) => Record<string, Setting>): Form =>
  (app, life) =>
    Object.fromEntries(
      Object.entries(settingsOf(app, life))
        .filter(([, setting]) => canonical(setting.value) !== canonical(setting.default))
        .map(([name, { value }]) => [name, value]),
    );

/** All forms that containers may have been hashed by. Add one only when the newest proves wrong, and keep it. */
export const FORMS: Readonly<Record<number, Form>> = { 1: differing(form1), 2: differing(form2) };
export const CURRENT_FORM = 2;
