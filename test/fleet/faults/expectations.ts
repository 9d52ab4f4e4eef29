import { INSTALLATION } from '../fleet-options';
import type { AppDocument } from './documents';
import { isNebulas, type Picture, type Seen } from './pictures';

/** What the hosts run that was not accepted, and what they do not run that was; empty: every host is right. */
export function differencesOf(picture: Picture, wanted: readonly AppDocument[]): string[] {
  return [...picture].flatMap(([host, containers]) => {
    const ours = containers.filter((container) => isNebulas(container, INSTALLATION));
    const named = new Set(wanted.map(({ name }) => name));
    const surplus = ours.filter(({ labels }) => !named.has(labels['nebula.app'] ?? ''));
    return [
      ...surplus.map(({ name }) => `${host}: ${name} is there, and should not be`),
      ...wanted.flatMap((app) => ofApp(app, ours).map((what) => `${host}: ${what}`)),
    ];
  });
}

function ofApp(app: AppDocument, ours: readonly Seen[]): string[] {
  const its = ours.filter(({ labels }) => labels['nebula.app'] === app.name);
  const count = app.containersPer.host ?? 1;
  const found = its.map(({ labels }) => Number(labels['nebula.ordinal'])).sort((a, b) => a - b);
  const expected = Array.from({ length: count }, (_, index) => index + 1);
  if (found.join() !== expected.join()) return [`${app.name} has containers ${found.join() || 'none'} of ${expected}`];
  return its.flatMap((container) => ofContainer(app, container));
}

function ofContainer(app: AppDocument, { name, image, env, ports, running, labels }: Seen): string[] {
  const ordinal = Number(labels['nebula.ordinal']);
  const wantedPorts = app.ports.map(({ host, container }) => `${host + ordinal - 1}>${container}`).sort();
  const missing = Object.entries(app.env).filter(([key, value]) => !env.includes(`${key}=${value}`));
  return [
    ...(running ? [] : [`${name} does not run`]),
    ...(image === app.image ? [] : [`${name} has image ${image}, not ${app.image}`]),
    ...missing.map(([key, value]) => `${name} lacks ${key}=${value}, has ${env.join(' ')}`),
    ...(ports === wantedPorts.join(' ') ? [] : [`${name} has ports "${ports}", not "${wantedPorts.join(' ')}"`]),
  ];
}
