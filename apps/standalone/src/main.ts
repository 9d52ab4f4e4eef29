import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, loadConfig, processSources } from '@nebula/config';
import { DomainError } from '@nebula/domain';
import { DockerRuntime } from '@nebula/orchestration/runtime/docker';
import { RuntimeError } from '@nebula/orchestration';
import { Logger } from '@nestjs/common';
import { keptPassword, makeDataFolder } from './data-folder';
import { settingsOf, type StandaloneSettings } from './settings';
import { startStandalone, type Standalone } from './standalone';

/** What is under way at the signal has this long, ms; then the process ends all the same: containers run on. */
const END_WITHIN_MS = 4500;

async function main(): Promise<void> {
  const sources = processSources();
  const config = loadConfig('standalone', sources);
  const runtime = new DockerRuntime({ ...sources.env, DOCKER_HOST: config.DOCKER_HOST });
  const engine = await runtime.info();
  makeDataFolder(config.DATA_DIR);
  const password = config.BASIC_AUTH_PASSWORD ?? keptPassword(config.DATA_DIR);
  const settings = settingsOf(config, password, engine, version());
  const running = await startStandalone(settings, runtime);
  endOnSignal(running);
  announce(running.url, settings, config.BASIC_AUTH_PASSWORD === undefined);
}

/** Where it is, for a person; and how to get in, unless the password is one that they set themselves. */
function announce(url: string, { api, dataFolder, host }: StandaloneSettings, generated: boolean): void {
  const password = generated ? api.basicAuthPassword : '(as configured)';
  process.stdout.write(
    [
      '',
      `  Nebula runs apps on this Docker host (${host.id}).`,
      `  API and Swagger UI  ${url}/docs`,
      `  User                ${api.basicAuthUser}`,
      `  Password            ${password}`,
      ...(generated ? [`                      (kept in ${join(dataFolder, 'password')})`] : []),
      '',
      '',
    ].join('\n'),
  );
}

function endOnSignal(running: Standalone): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(0), END_WITHIN_MS).unref();
    void running.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // Whoever started this program is gone: nobody could end it any more.
  process.on('disconnect', end);
}

function version(): string {
  const file = join(__dirname, '../../../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** One clear message for what a person can put right; the whole stack for what is our mistake. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DomainError) return error.message;
  if (error instanceof RuntimeError) return `Docker Engine can't be used: ${error.message}`;
  const { code, stack, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `The address is taken: ${message}. Set API_PORT to a free port.`;
  if (code !== undefined && message) return message;
  return stack ?? String(error);
}

// Whoever read the output has gone: no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
// A promise that nobody waited for failed: a mistake of ours, to be told, and no reason to leave the host alone.
process.on('unhandledRejection', (reason) => new Logger('Standalone').error(reason));

main().catch((error: unknown) => {
  process.stderr.write(`Nebula can't start. ${explain(error)}\n`);
  process.exit(1);
});
