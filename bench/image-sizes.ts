import { join } from 'node:path';
import { OwnEngine } from '../test/live/support/engine';
import { buildImages, IMAGES } from '../test/services/image';
import { repository } from '../test/services/repository';
import type { Series } from './row';

const CACHE = join(repository, '.cache', 'images');
const MIB = 2 ** 20;
/** The one layer of the base, which is imported: the others are made by the lines of the Dockerfile. */
const IMPORTED = /^$|import/i;

/** Of each image: what its base has, and what is put on it. */
export async function imageSizes(): Promise<Series[]> {
  const engine = await OwnEngine.create();
  try {
    const tars = await buildImages({ folder: CACHE, docker: engine.docker });
    const series: Series[] = [];
    for (const name of IMAGES) {
      await engine.docker.run(['load', '--quiet', '--input', tars[name]], { within: 120_000 });
      const layers = await layersOf(engine, `nebula/${name}:latest`);
      const sum = (isOfBase: boolean) =>
        layers.filter((layer) => layer.isOfBase === isOfBase).reduce((total, { bytes }) => total + bytes, 0) / MIB;
      series.push(
        { label: `image of ${name}: its base`, unit: 'MiB', samples: [sum(true)] },
        { label: `image of ${name}: what is put on it`, unit: 'MiB', samples: [sum(false)] },
      );
    }
    return series;
  } finally {
    await engine.kill();
    await engine.remove();
  }
}

async function layersOf({ docker }: OwnEngine, image: string): Promise<{ bytes: number; isOfBase: boolean }[]> {
  const format = ['--human=false', '--no-trunc', '--format', '{{.Size}}\t{{.CreatedBy}}'];
  const lines = (await docker.run(['history', ...format, image])).split('\n');
  return lines.map((line) => {
    const [size, by = ''] = line.split('\t');
    return { bytes: Number(size), isOfBase: IMPORTED.test(by) };
  });
}
