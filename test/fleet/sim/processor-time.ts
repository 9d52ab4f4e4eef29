import { readFile, readdir } from 'node:fs/promises';

/** Of /proc/…/stat, on every Linux that runs here. */
const TICKS_PER_SECOND = 100;

export interface Usage {
  /** Seconds of processor time since the start. */
  cpu: number;
  /** Mebibytes now, and at most since `forgetPeaks`. */
  rss: number;
  peak: number;
}

/** @param pids processes of one part; those that have ended count nothing */
export async function usageOf(pids: readonly number[]): Promise<Usage> {
  const each = await Promise.all(pids.map((pid) => usageOfOne(pid)));
  const sum = (name: keyof Usage) => each.reduce((total, usage) => total + usage[name], 0);
  return { cpu: sum('cpu'), rss: sum('rss'), peak: sum('peak') };
}

async function usageOfOne(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all(
    ['stat', 'status'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
  );
  // Behind the name, which may hold anything: the state is the third field, and times are the 14th and 15th.
  const fields = stat!.slice(stat!.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  const mebibytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status!)?.[1] ?? 0) / 1024;
  return { cpu: ticks / TICKS_PER_SECOND, rss: mebibytes('VmRSS'), peak: mebibytes('VmHWM') };
}

/** Of the whole machine, all processors together, seconds since it started. */
export async function machineTime(): Promise<{ busy: number; idle: number }> {
  const [, ...fields] = (await readFile('/proc/stat', 'utf8')).split('\n')[0]!.split(/\s+/);
  const [user, nice, system, idle, waiting, ...interrupts] = fields.slice(0, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    ...number[],
  ];
  const busy = user + nice + system + interrupts.reduce((sum, ticks) => sum + ticks, 0);
  return { busy: busy / TICKS_PER_SECOND, idle: (idle + waiting) / TICKS_PER_SECOND };
}

/** A process with all those that it started, and they started. */
export async function withDescendants(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const texts = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  const children = texts.flatMap((text) => text.split(' ').filter(Boolean).map(Number));
  return [pid, ...(await Promise.all(children.map((child) => withDescendants(child)))).flat()];
}
