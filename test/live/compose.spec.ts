import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PROGRAMS, SETTINGS } from '../../libs/config/src/settings';
import { repository } from '../services/repository';
import { command } from './support/network-link';

interface Service {
  image?: string;
  build?: { dockerfile: string; target: string };
  environment?: Record<string, unknown>;
  restart?: string;
  networks?: unknown;
}
interface Compose {
  services: Record<string, Service>;
  volumes: object;
  networks: object;
}

const docker = (name: string): string => readFileSync(join(repository, 'docker', name), 'utf8');
const text = docker('compose.yml');
/** What Swagger's module brings: Compose itself is no part of what this machine has. */
const yaml = createRequire(require.resolve('@nestjs/swagger'))('js-yaml') as { load(text: string): unknown };
const { services, volumes, networks } = merged(yaml.load(text)) as Compose;
const ours = Object.entries(services).filter(([, { image }]) => image?.startsWith('nebula/'));
const programOf = ({ image }: Service): string => /^nebula\/([a-z]+)/.exec(image ?? '')?.[1] ?? '';

/** YAML's merge keys, as Compose reads them: what stands beside them counts. */
function merged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(merged);
  if (typeof value !== 'object' || value === null) return value;
  const { '<<': base = [], ...own } = value as Record<string, unknown>;
  const bases = [base].flat().map(merged) as object[];
  const entries = Object.entries(own).map(([key, item]) => [key, merged(item)]);
  return Object.assign({}, ...bases, Object.fromEntries(entries));
}

test('compose.yml has the whole system: broker, database, two apis behind a balancer, monitor and worker', () => {
  expect(Object.keys(services)).toEqual(['rabbitmq', 'mongo', 'api1', 'api2', 'haproxy', 'monitor', 'worker']);
  expect(ours.map(([, service]) => programOf(service))).toEqual(['api', 'api', 'monitor', 'worker']);
  for (const service of Object.values(services)) expect(service.restart).toBe('always');
});

test.each(ours)('the image of %s is a target of the Dockerfile', (_, service) => {
  expect(service.build).toMatchObject({ dockerfile: 'docker/Dockerfile', target: programOf(service) });
  expect(docker('Dockerfile')).toContain(`FROM program AS ${programOf(service)}\n`);
});

test.each(ours)('what %s is told are settings of its program', (_, service) => {
  const program = PROGRAMS.find((name) => name === programOf(service))!;
  for (const name of Object.keys(service.environment ?? {})) {
    const setting = Object.entries(SETTINGS).find(([known]) => known === name)?.[1];
    expect([name, setting?.programs]).toEqual([name, expect.arrayContaining([program])]);
  }
});

test('no password has a default that works, and each is in env.example', () => {
  const variables = [...text.matchAll(/\$\{(\w+)(:?[-?])?([^}]*)\}/g)].map(([, name, kind, rest]) => ({
    name,
    kind,
    rest,
  }));
  const secrets = variables.filter(({ name }) => /PASSWORD|TOKEN|REGISTRIES/.test(String(name)));
  const needed = secrets.filter(({ kind }) => kind === ':?').map(({ name }) => String(name));
  for (const { kind, rest } of secrets.filter(({ kind: how }) => how !== ':?'))
    expect([kind, rest]).toEqual([':-', '']);
  const asked = [...docker('env.example').matchAll(/^(\w+)=$/gm)].map(([, name]) => name);
  expect(new Set(needed)).toEqual(new Set(asked));
});

test('what services use is declared', () => {
  expect(Object.keys(networks)).toEqual(['control']);
  expect(Object.keys(volumes)).toEqual(['rabbitmq', 'mongo', 'worker']);
});

test('only the balancer is believed on where a client is', () => {
  const { haproxy } = services;
  const { ipv4_address: address } = (haproxy!.networks as { control: { ipv4_address: string } }).control;
  for (const name of ['api1', 'api2']) expect(services[name]!.environment?.['TRUSTED_PROXIES']).toBe(address);
  expect(docker('haproxy.cfg')).toMatch(/del-header X-Forwarded-For[^]*option forwardfor/);
});

test('HAProxy takes its configuration, with the names of compose.yml', async () => {
  await command('haproxy', ['-c', '-f', join(repository, 'docker', 'haproxy.cfg')]);
  for (const name of ['api1', 'api2']) expect(docker('haproxy.cfg')).toContain(`server ${name} ${name}:8080`);
});
