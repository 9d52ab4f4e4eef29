import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../test/services/repository';

/** What figures were made with: name and version. */
export type Versions = Record<string, string>;

const LIBRARIES = ['@nestjs/core', '@nestjs/microservices', 'fastify', 'amqplib', 'mongoose', 'dockerode'];
const GIB = 2 ** 30;
const NOT_HERE = 'not here';

export async function versionsOf(): Promise<Versions> {
  const file = await readFile(join(repository, 'package.json'), 'utf8');
  const { version, dependencies } = JSON.parse(file) as { version: string; dependencies: Versions };
  return {
    date: new Date().toISOString().slice(0, 10),
    Nebula: `${version} (${await said('git', ['-C', repository, 'rev-parse', '--short', 'HEAD'])})`,
    processors: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / GIB)} GiB`,
    'Node.js': process.versions.node,
    Docker: await said('docker', ['version', '--format', '{{.Server.Version}}']),
    RabbitMQ: await said('rabbitmqctl', ['version']),
    ...Object.fromEntries(LIBRARIES.map((name) => [name, dependencies[name] ?? NOT_HERE])),
  };
}

/** What a command printed; that it is not here when it can't be asked. */
async function said(command: string, args: string[]): Promise<string> {
  const asked = promisify(execFile)(command, args, { timeout: 20_000 });
  return asked.then(({ stdout }) => stdout.trim().split('\n').at(-1) || NOT_HERE).catch(() => NOT_HERE);
}
