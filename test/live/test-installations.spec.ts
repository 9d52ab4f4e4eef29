import { removeLeftOver } from './test-installations';
import { look, namesOf } from './look';
import { Nebula, removeAll } from './nebula';
import { rawEngine, steadyImage } from './steady';
import { temporaryPath } from './support/keeper';
import { basename } from 'node:path';

const NAME = basename(temporaryPath('live-gone'));
const OTHER = 'live-somebody';

let nebula: Nebula;
let image: string;

beforeAll(async () => {
  nebula = await Nebula.start('alive');
  image = await steadyImage(nebula);
  await nebula.apps.create({ name: 'live-alive', image });
});

afterAll(async () => {
  await nebula.docker.removeAll(`label=nebula.installation=${OTHER}`);
  await removeAll(nebula);
});

async function leave(installation: string): Promise<void> {
  const labels = { 'nebula.installation': installation, 'nebula.app': 'left' };
  const container = await rawEngine(nebula).createContainer({
    name: `${installation}-1`,
    Image: image,
    Labels: labels,
  });
  await container.start();
  await rawEngine(nebula).createVolume({ Name: `nebula-worker.${installation}`, Labels: labels });
}

describe('what tests left on the Engine when the machine went down', () => {
  test('goes: containers and volumes of an installation of tests whose keeper is dead', async () => {
    await leave(NAME);
    expect(await removeLeftOver(nebula.docker)).toEqual([NAME]);
    expect(await look({ docker: nebula.docker, installation: NAME })).toEqual([]);
    expect(await nebula.docker.run(['volume', 'ls', '--quiet', '--filter', `name=${NAME}`])).toBe('');
  });

  test('stays where it is of a run that goes on, or of somebody else', async () => {
    const somebody = { docker: nebula.docker, installation: OTHER };
    await rawEngine(nebula).createContainer({ Image: image, Labels: { 'nebula.installation': OTHER } });
    expect(await removeLeftOver(nebula.docker)).toEqual([]);
    expect(await look(somebody)).toHaveLength(1);
    expect(namesOf(await look(nebula))).toEqual(['live-alive-1']);
  });
});
