import { createContract } from './contract/create.contract';
import { imagesContract } from './contract/images.contract';
import { lifeContract } from './contract/life.contract';
import { listContract } from './contract/list.contract';
import { networksContract } from './contract/networks.contract';
import { stopContract } from './contract/stop.contract';
import type { RuntimeUnderTest } from './contract/under-test.contract';
import { volumesContract } from './contract/volumes.contract';
import { watchContract } from './contract/watch.contract';

/** What every `ContainerRuntime` owes; `make` is called once. */
export function containerRuntimeContract(make: () => Promise<RuntimeUnderTest>): void {
  describe('the contract of a container runtime', () => {
    let made: RuntimeUnderTest;
    beforeAll(async () => {
      made = await make();
    });
    afterAll(() => made?.end());
    const underTest = () => made;

    it('tells what there is to run on', async () => {
      const info = await made.runtime.info();
      expect(info.id).not.toBe('');
      expect(info.name).not.toBe('');
      expect(info.version).toMatch(/^\d+\./);
      expect(info.cpus).toBeGreaterThanOrEqual(1);
      expect(info.memoryBytes).toBeGreaterThan(0);
    });

    lifeContract(underTest);
    listContract(underTest);
    stopContract(underTest);
    createContract(underTest);
    networksContract(underTest);
    volumesContract(underTest);
    imagesContract(underTest);
    watchContract(underTest);
  });
}
