import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Docker } from './support/docker';
import { Keeper } from './support/keeper';

/** Removes all of an installation; $1 its folder, $2 its name, $3 the Engine. */
export const SWEEP_INSTALLATION = readFileSync(join(__dirname, 'sweep-installation.sh'), 'utf8');

/** Those that `Nebula` makes: nobody but a test calls an installation that. */
const OF_TESTS = /^nebula-live-[a-z-]+-[0-9a-f]{12}$/;
const LABELS = ['nebula.installation', 'nebula.test'];
const FORMAT = LABELS.map((label) => `{{.Label "${label}"}}`).join('\n');
const OF_IMAGE = LABELS.map((label) => `{{index .Config.Labels "${label}"}}`).join('\n');

/**
 * Removes what tests left on an Engine when the whole machine went down with them, keepers and all: the Engine starts
 * such containers again, and they hold the names and the ports that the next run needs. An installation whose keeper
 * lives is of a run beside this one and stays.
 * @returns the installations that were removed
 */
export async function removeLeftOver(docker: Docker): Promise<string[]> {
  return Keeper.sweep(await installationsOn(docker), (installation) =>
    Keeper.start(SWEEP_INSTALLATION, join(tmpdir(), installation), installation, docker.host),
  );
}

async function installationsOn(docker: Docker): Promise<Set<string>> {
  const lists = [
    ['ps', '--all'],
    ['volume', 'ls'],
    ['network', 'ls'],
  ];
  const images = await docker.run(['images', '--quiet', '--filter', 'label=nebula.test']);
  const texts = await Promise.all([
    ...lists.map((list) => docker.run([...list, '--format', FORMAT])),
    images && docker.run(['inspect', '--type', 'image', '--format', OF_IMAGE, ...images.split('\n')]),
  ]);
  return new Set(texts.flatMap((text) => text.split('\n')).filter((name) => OF_TESTS.test(name)));
}
