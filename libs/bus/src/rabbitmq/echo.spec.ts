import { Logger } from '@nestjs/common';
import { Echo } from './echo';

describe('the echo of what is published', () => {
  let echo: Echo;
  let isUp: boolean;
  let warn: jest.SpyInstance;
  beforeEach(() => {
    jest.useFakeTimers();
    warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    jest.spyOn(Logger.prototype, 'log').mockReturnValue();
    isUp = true;
    echo = new Echo(() => isUp, 5_000);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });
  const sent = (meanwhile = (): void => undefined): Promise<void> => echo.expect(async () => meanwhile());
  const pass = (ms: number): void => void jest.advanceTimersByTime(ms);

  it('is heard as long as it comes back in time', async () => {
    for (let n = 0; n < 10; n++) {
      await sent();
      pass(4_999);
      echo.came(echo.id);
    }
    pass(60_000);
    expect(echo.isHeard).toBe(true);
  });

  it('is heard that comes before the confirm of what was published', async () => {
    await sent(() => echo.came(echo.id));
    pass(60_000);
    expect(echo.isHeard).toBe(true);
  });

  it('is not waited for where nothing was confirmed', async () => {
    const refused = echo.expect(() => Promise.reject(new Error('not taken')));
    await expect(refused).rejects.toThrow('not taken');
    pass(60_000);
    expect(echo.isHeard).toBe(true);
  });

  it('is not heard when it stays away, which is logged once, until one comes back', async () => {
    for (let n = 0; n < 20; n++) {
      await sent();
      pass(1_000);
      expect(echo.isHeard).toBe(n < 4);
    }
    expect(warn).toHaveBeenCalledTimes(1);
    echo.came(echo.id);
    expect(echo.isHeard).toBe(true);
  });

  it.each([undefined, '', 'of another replica', 5, {}])('is not one of others: %p', async (id) => {
    await sent();
    echo.came(id);
    pass(5_000);
    expect(echo.isHeard).toBe(false);
  });

  it('says nothing where the bus is away, or the queue was made anew meanwhile', async () => {
    await sent();
    isUp = false;
    pass(5_000);
    isUp = true;
    await sent();
    pass(4_000);
    echo.forget();
    pass(60_000);
    expect(echo.isHeard).toBe(true);
  });
});
