import { join } from 'node:path';
import type { Progress } from '../../test/fleet/sim/progress';
import { freePort } from '../../test/services/ports';
import { repository } from '../../test/services/repository';
import { alternate } from '../alternate';
import { inFolder } from '../bench-folder';
import { ratio } from '../comparison';
import { inOneLine, onFerretDb } from '../ferretdb';
import type { Outcome, Row } from '../row';
import { imageSizes } from '../image-sizes';
import { EMPTY_APPLICATION, type Start, started } from '../started-program';
import { medianOf } from '../summary';

const ROUNDS = 5;
const MOST = { atMost: 1.5 };
const MOST_SECONDS = { atMost: 5 };
const STANDALONE_READY = 'API and Swagger UI';

export const start: Row = {
  number: 13,
  title: 'Start of each process, to ready; size of the images; `npm start`',
  against: 'an empty Nest application that loads the same files of the same packages',
  reach: `${MOST.atMost} × its time at the most; images near their base; ${MOST_SECONDS.atMost} s for \`npm start\``,
  how:
    'From the call that starts the process to the line on its output that says that it is ready. Worker, api and ' +
    'monitor wait for no broker and get none; api and monitor get a FerretDB, which they would ask for two seconds ' +
    'where nobody answers; the worker gets no Engine, standalone that of the machine. Which files of packages a program ' +
    'loads until it is ready is heard once, in a start that is not counted; that one also leaves what it compiled to ' +
    'the next ones, as every start does. The empty application keeps nothing. `npm start` is timed where everything is ' +
    'installed and built, with an empty data folder. Images stand on a base made of this machine’s own Node.js.',
  limits:
    'api and standalone load some 300 files of their own; and the api waits 70 ms for answers of its database, which the ' +
    'empty application has not.',
  cannot: async () => undefined,
  run: (progress) => inFolder((folder) => run(progress, folder)),
};

async function run(progress: Progress, folder: string): Promise<Outcome> {
  const outcome: Measured = { series: [], comparisons: [], notes: [] };
  const measure = async (programs: Record<string, Start>): Promise<void> => {
    for (const [name, program] of Object.entries(programs)) {
      await orNote(outcome, name, compared(progress, name, program, folder, outcome));
    }
  };
  const [address, port] = [`127.0.0.1:${await freePort()}`, await freePort()];
  await orNote(
    outcome,
    'api and monitor',
    onFerretDb(progress, folder, (url) => measure(storing(url, address, port))),
  );
  await measure(others(address, port));
  await orNote(outcome, '`npm start`', npmStart(progress, port, folder, outcome));
  await orNote(outcome, 'images', sizes(progress, outcome));
  return outcome;
}

/** What can't be measured here is left out, and why is said. */
async function orNote({ notes }: Measured, what: string, work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => void notes.push(`Without ${what}: ${inOneLine(error)}`));
}

type Measured = Required<Omit<Outcome, 'plot'>>;

async function compared(
  progress: Progress,
  name: string,
  program: Start,
  folder: string,
  { series, comparisons }: Measured,
): Promise<void> {
  const { packages } = await started(program, folder, true);
  const empty = { ...EMPTY_APPLICATION, args: packages };
  const samplers = [program, empty].map((each) => async () => (await started(each, folder)).milliseconds);
  await alternate(progress, `${name}, first starts`, 1, samplers);
  const [ours, bare] = await alternate(progress, `starts of ${name}`, ROUNDS, samplers);
  series.push(
    { label: name, unit: 'ms', samples: ours! },
    { label: `empty application with the packages of ${name}`, unit: 'ms', samples: bare! },
  );
  comparisons.push(ratio(`start of ${name}`, ours!, bare!, MOST));
}

async function npmStart(progress: Progress, port: number, folder: string, outcome: Measured): Promise<void> {
  const env = { ...listening(port), INSTALLATION: 'bench' };
  const npm: Start = { command: 'npm', args: ['start', '--prefix', repository], ready: STANDALONE_READY, env };
  const sample = async () => (await started(npm, folder)).milliseconds / 1000;
  await alternate(progress, 'npm start, first start', 1, [sample]);
  const [samples] = await alternate(progress, 'npm start', ROUNDS, [sample]);
  outcome.series.push({ label: 'npm start', unit: 's', samples: samples! });
  outcome.comparisons.push({ label: 'npm start', value: medianOf(samples!), unit: 's', reach: MOST_SECONDS });
}

async function sizes(progress: Progress, { series }: Measured): Promise<void> {
  series.push(...(await progress.during('images', imageSizes())));
}

const listening = (port: number) => ({
  API_HOST: '127.0.0.1',
  API_PORT: String(port),
  BASIC_AUTH_PASSWORD: 'open-sesame-1',
});

/** @param away host:port where nobody listens */
function storing(mongoUrl: string, away: string, port: number): Record<string, Start> {
  const servers = { MONGO_URL: mongoUrl, RABBIT_URL: `amqp://${away}` };
  return {
    api: { file: mainOf('api'), ready: 'Listens at', env: { ...listening(port), ...servers } },
    monitor: { file: mainOf('monitor'), ready: 'Takes reports in', env: servers },
  };
}

function others(away: string, port: number): Record<string, Start> {
  const lonely = { RABBIT_URL: `amqp://${away}`, APP_NAME: '*', DOCKER_HOST: `tcp://${away}`, HOST_ID: 'bench' };
  const standalone = { ...listening(port), INSTALLATION: 'bench' };
  return {
    worker: { file: mainOf('worker'), ready: 'Listens for what this host should run', env: lonely },
    standalone: { file: mainOf('standalone'), ready: STANDALONE_READY, env: standalone },
  };
}

const mainOf = (name: string): string => join(repository, 'dist', 'apps', name, 'src', 'main.js');
