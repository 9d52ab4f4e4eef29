import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImages } from '../services/image';
import { repository } from '../services/repository';
import { Docker } from './support/docker';

/** Kept from run to run: they are made anew when what is in them changes. */
const KEPT = join(repository, '.cache', 'images');

/** What the next version may bring: one more setting of an app, with a default. In what was compiled. */
const ONE_MORE_FIELD: [file: string, before: RegExp, added: string][] = [
  ['defaults.js', /^( *)readOnlyRoot: false,$/m, 'oneMore: false,'],
  ['resolve-app.js', /^( *)readOnlyRoot: spec\.readOnlyRoot.*$/m, 'oneMore: spec.oneMore ?? false,'],
  ['settings-forms.js', /^( *)readOnlyRoot: \{ value.*$/m, 'oneMore: { value: app.oneMore, default: false },'],
  [
    'app-spec.noun.js',
    /^\], AppSpec\.prototype, "readOnlyRoot", void 0\);$/m,
    '__decorate([(0, class_validator_1.IsOptional)()], AppSpec.prototype, "oneMore", void 0);',
  ],
];

/** Loads the worker's image into an Engine. @returns its name there */
export async function loadWorker(docker: Docker): Promise<string> {
  const { worker } = await buildImages({ folder: KEPT, docker }, ['worker']);
  await docker.run(['load', '--quiet', '--input', worker]);
  return 'nebula/worker:latest';
}

/** The same of a later version, which knows one more setting of an app. */
export async function loadNewerWorker(docker: Docker): Promise<string> {
  const dist = await mkdtemp(join(tmpdir(), 'nebula-newer-'));
  try {
    await cp(join(repository, 'dist'), dist, { recursive: true });
    for (const change of ONE_MORE_FIELD) await add(join(dist, 'libs/domain/src/app'), ...change);
    const { worker } = await buildImages({ folder: KEPT, docker, dist, tag: 'newer' }, ['worker']);
    await docker.run(['load', '--quiet', '--input', worker]);
    return 'nebula/worker:newer';
  } finally {
    await rm(dist, { recursive: true });
  }
}

async function add(folder: string, name: string, after: RegExp, added: string): Promise<void> {
  const file = join(folder, name);
  const text = await readFile(file, 'utf8');
  if (!after.test(text)) throw new Error(`${name} is not what it was: nothing fits ${after}`);
  await writeFile(
    file,
    text.replace(after, (line) => `${line}\n${added}`),
  );
}
