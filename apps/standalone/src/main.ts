// First: from it on signals are heard, while the rest is loaded.
import { makeDataFolder, productVersion, runProgram, type Running } from '@nebula/program';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadConfig, processSources } from '@nebula/config';
import { DockerRuntime } from '@nebula/orchestration/runtime/docker';
import { RuntimeError } from '@nebula/orchestration';
import { keptPassword } from './kept-password';
import { settingsOf, type StandaloneSettings } from './settings';
import { type Standalone, startStandalone } from './standalone';

/** Another worker that lives says so in some milliseconds; from one that was killed it is taken over after one second. */
const KNOWN_WITHIN_MS = 5_000;

async function start(): Promise<Running> {
  const sources = processSources();
  const config = loadConfig('standalone', sources);
  const runtime = new DockerRuntime({ ...sources.env, DOCKER_HOST: config.DOCKER_HOST });
  const { engine } = await runtime.info();
  makeDataFolder(config.DATA_DIR);
  const password = config.BASIC_AUTH_PASSWORD ?? keptPassword(config.DATA_DIR);
  const settings = settingsOf(config, password, engine, productVersion());
  const running = await startStandalone(settings, runtime);
  // Not waited for: a signal that comes meanwhile ends it at once.
  void announce(running, settings, config.BASIC_AUTH_PASSWORD === undefined);
  return running;
}

/** Where it is, for a person; and how to get in, unless the password is one that they set themselves. */
async function announce(
  { url, works }: Standalone,
  { api, dataFolder, worker }: StandaloneSettings,
  generated: boolean,
): Promise<void> {
  const password = generated ? api.basicAuthPassword : '(as configured)';
  const isWorking = await Promise.race([works, pause(KNOWN_WITHIN_MS, undefined, { ref: false })]);
  process.stdout.write(
    [
      '',
      ...standing(isWorking, worker),
      `  API and Swagger UI  ${url}/docs`,
      `  User                ${api.basicAuthUser}`,
      `  Password            ${password}`,
      ...(generated ? [`                      (kept in ${join(dataFolder, 'password')})`] : []),
      '',
      '',
    ].join('\n'),
  );
}

/** @param isWorking undefined: the Engine has not said yet; the log tells if another worker has it */
function standing(isWorking: boolean | undefined, { hostId, installation }: StandaloneSettings['worker']): string[] {
  if (isWorking === undefined)
    return [`  Nebula is up for this Docker host (${hostId}), whose Engine is slow to answer.`];
  if (isWorking) return [`  Nebula runs apps on this Docker host (${hostId}).`];
  return [
    `  Nebula STANDS ASIDE on this Docker host (${hostId}): another worker of installation`,
    `  "${installation}" runs its apps here. This one takes over when that one ends.`,
    '  For a second Nebula beside it, set INSTALLATION to a name of its own.',
    '',
  ];
}

runProgram(start, (error) =>
  error instanceof RuntimeError ? `Docker Engine can't be used: ${error.message}` : undefined,
);
