import { DomainError } from '@nebula/domain';
import { untilStoreAnswers } from './until-store';

const away = new DomainError('unavailable', 'store-away', 'The store is away.');
const forEver = new AbortController().signal;

function failing(times: number, error: Error) {
  let left = times;
  return jest.fn(async () => {
    if (left-- > 0) throw error;
    return 'read';
  });
}

describe('a read that outlasts a store which is away', () => {
  it('must be made again until the store is there', async () => {
    const read = failing(2, away);
    expect(await untilStoreAnswers(read, 10_000, forEver)).toBe('read');
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('must end when nobody waits for it any more, and when the program ends', async () => {
    await expect(untilStoreAnswers(failing(99, away), -1, forEver)).rejects.toBe(away);
    const ending = new AbortController();
    const pending = untilStoreAnswers(failing(99, away), 60_000, ending.signal);
    ending.abort();
    await expect(pending).rejects.toBe(away);
  });

  it('must reject at once with what repeating does not help', async () => {
    const other = new DomainError('unavailable', 'other-store', 'Another store is followed.');
    const read = failing(1, other);
    await expect(untilStoreAnswers(read, 10_000, forEver)).rejects.toBe(other);
    expect(read).toHaveBeenCalledTimes(1);
  });
});
