import { DomainError } from '@nebula/domain';
import { GivingBack } from './giving-back';
import { ForAnother } from './subscription';

const away = () => new DomainError('unavailable', 'store-away', 'The store is away.');

describe('a question that a replica cannot answer', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  /** @returns after how long each came back, ms */
  const keep = async (questions: number): Promise<number[]> => {
    const since = Date.now();
    const back = new GivingBack();
    const all = Array.from({ length: questions }, () =>
      back.refuse(away()).catch((error: unknown) => {
        expect(error).toBeInstanceOf(ForAnother);
        return Date.now() - since;
      }),
    );
    await jest.runAllTimersAsync();
    return Promise.all(all);
  };

  it('must be kept from the others for a moment', async () => expect(await keep(1)).toEqual([200]));

  it('must not go round faster when there are many', async () => {
    const times = (await keep(640)).toSorted((a, b) => a - b);
    expect([times[63], times[64], times[639]]).toEqual([200, 400, 2_000]);
  });

  it('must be refused at once when it is no good', async () => {
    const bad = new Error('malformed');
    await expect(new GivingBack().refuse(bad)).rejects.toBe(bad);
  });
});
