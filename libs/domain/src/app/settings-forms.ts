import type { Life } from '../labels';
import type { App, Port } from './app';
import { canonical } from './canonical';
import { normalImage, parseImage } from './fields/image';

/** The settings that force new containers, in one normal form, those at their defaults left out. */
type Form = (app: App, life: Life) => Record<string, unknown>;
interface Setting {
  value: unknown;
  default: unknown;
}

/**
 * A setting that comes later is one more line here (of a part of a field: a line of its own, or one more piece of text
 * where it differs from its default): the hash of every app without it must stay as it was. Nothing else is ever changed.
 * Lists are sorted where their order makes no difference to Docker.
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
export const FORMS: Readonly<Record<number, Form>> = { 1: differing(form1) };
export const CURRENT_FORM = 1;
