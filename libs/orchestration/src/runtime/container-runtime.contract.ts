import { createContract } from './contract/create.contract';
import { imagesContract } from './contract/images.contract';
import { lifeContract } from './contract/life.contract';
import { listContract } from './contract/list.contract';
import { networksContract } from './contract/networks.contract';
import { stopContract } from './contract/stop.contract';
import { type RuntimeUnderTest, specOf } from './contract/under-test.contract';
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
      const { engine: info } = await made.runtime.info();
      expect(info.id).not.toBe('');
      expect(info.name).not.toBe('');
      expect(info.version).toMatch(/^\d+\./);
      expect(info.cpus).toBeGreaterThanOrEqual(1);
      expect(info.memoryBytes).toBeGreaterThan(0);
    });

    it("tells its own time, which its containers' times are by", async () => {
      const before = (await made.runtime.info()).time;
      const id = await made.runtime.create(specOf(made));
      const createdAt = Date.parse((await made.runtime.inspect(id))!.createdAt);
      expect(createdAt).toBeGreaterThanOrEqual(before);
      expect(createdAt).toBeLessThanOrEqual((await made.runtime.info()).time);
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
