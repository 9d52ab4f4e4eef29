import { RuntimeError } from '../runtime';
import { FakeRuntime } from '../runtime/fake';
import { LogExcerpts } from './log-excerpts';
import { TestClock } from './test-clock.arbitrary';

describe('the log excerpt of a container in trouble', () => {
  let clock: TestClock;
  let runtime: FakeRuntime;
  let logs: LogExcerpts;
  let read: number;
  let id: string;
  const observed = () => runtime.machine.observe(runtime.machine.get(id));
  const ofOutput = async (log: string): Promise<string | undefined> => {
    runtime.machine.images.tag('loud:1', { id: 'loud', program: { log } });
    id = runtime.byHand.run({ name: 'loud', image: 'loud:1' });
    logs.of(observed());
    await clock.rest();
    return logs.of(observed());
  };

  beforeEach(() => {
    clock = new TestClock();
    runtime = new FakeRuntime({ clock });
    read = 0;
    logs = new LogExcerpts(runtime, () => read++);
  });

  it('is read once for each time that it ended, however often it is asked for', async () => {
    expect(await ofOutput('out of luck\n')).toBe('out of luck');
    for (let i = 0; i < 100; i++) logs.of(observed());
    await clock.rest();
    expect(runtime.journal.count('logs')).toBe(1);
    expect(read).toBe(1);
    runtime.byHand.exit(id);
    expect(logs.of(observed())).toBe('out of luck'); // the old one, until the new one is read
    await clock.rest();
    expect(runtime.journal.count('logs')).toBe(2);
  });

  it('is cut at 20 lines and 4 KiB, and says so', async () => {
    const many = await ofOutput(Array.from({ length: 50 }, (_, line) => `line ${line}\n`).join(''));
    expect(many!.split('\n')).toHaveLength(20);
    expect(many).toMatch(/^\(cut\) … line 30\n[^]*line 49$/);
    runtime.byHand.remove(id);
    const long = await ofOutput(`${'ä'.repeat(5000)}\n`);
    expect(Buffer.byteLength(long!)).toBeLessThanOrEqual(4096);
    expect(long).toMatch(/^\(cut\) … ä+$/);
  });

  it('is whole where it just fits, and absent where there is none', async () => {
    const fits = Array.from({ length: 20 }, (_, line) => `line ${line}`).join('\n');
    expect(await ofOutput(`${fits}\n`)).toBe(fits);
    runtime.byHand.remove(id);
    read = 0;
    expect(await ofOutput('')).toBeUndefined();
    expect(read).toBe(0);
  });

  it('is absent when it can not be read, and harms nothing', async () => {
    runtime.script.failNext('logs', new RuntimeError('away', 'no answer'));
    expect(await ofOutput('out of luck\n')).toBeUndefined();
  });

  it('of an earlier end does not replace that of a later one', async () => {
    const answers: ((text: string) => void)[] = [];
    runtime.logs = () => new Promise((answer) => answers.push(answer));
    await ofOutput('any');
    runtime.byHand.exit(id);
    logs.of(observed());
    answers[1]!('second');
    await clock.rest();
    answers[0]!('first');
    await clock.rest();
    expect(logs.of(observed())).toBe('second');
  });

  it('is forgotten with its container, also while it is being read', async () => {
    await ofOutput('out of luck\n');
    logs.retain(new Set([id]));
    expect(logs.of(observed())).toBe('out of luck');
    runtime.byHand.exit(id);
    logs.of(observed());
    logs.retain(new Set());
    await clock.rest();
    expect((logs as unknown as { excerpts: Map<string, unknown> }).excerpts.size).toBe(0);
  });
});
