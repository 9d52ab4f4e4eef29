// First: from it on signals are heard, while the rest is loaded.
import { makeDataFolder, productVersion, runProgram, type Running } from '@nebula/program';
import { join } from 'node:path';
import { loadConfig, processSources } from '@nebula/config';
import { DockerRuntime } from '@nebula/orchestration/runtime/docker';
import { RuntimeError } from '@nebula/orchestration';
import { keptPassword } from './kept-password';
import { settingsOf, type StandaloneSettings } from './settings';
import { startStandalone } from './standalone';

async function start(): Promise<Running> {
  const sources = processSources();
  const config = loadConfig('standalone', sources);
  const runtime = new DockerRuntime({ ...sources.env, DOCKER_HOST: config.DOCKER_HOST });
  const { engine } = await runtime.info();
  makeDataFolder(config.DATA_DIR);
  const password = config.BASIC_AUTH_PASSWORD ?? keptPassword(config.DATA_DIR);
  const settings = settingsOf(config, password, engine, productVersion());
  const running = await startStandalone(settings, runtime);
  announce(running.url, settings, config.BASIC_AUTH_PASSWORD === undefined);
  return running;
}

/** Where it is, for a person; and how to get in, unless the password is one that they set themselves. */
function announce(url: string, { api, dataFolder, worker }: StandaloneSettings, generated: boolean): void {
  const password = generated ? api.basicAuthPassword : '(as configured)';
  process.stdout.write(
    [
      '',
      `  Nebula runs apps on this Docker host (${worker.hostId}).`,
      `  API and Swagger UI  ${url}/docs`,
      `  User                ${api.basicAuthUser}`,
      `  Password            ${password}`,
      ...(generated ? [`                      (kept in ${join(dataFolder, 'password')})`] : []),
      '',
      '',
    ].join('\n'),
  );
}

runProgram(start, (error) =>
  error instanceof RuntimeError ? `Docker Engine can't be used: ${error.message}` : undefined,
);
