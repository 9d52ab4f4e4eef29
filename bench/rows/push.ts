import { Broker } from '../../test/services/broker';
import type { Progress } from '../../test/fleet/sim/progress';
import { alternate } from '../alternate';
import { ratio } from '../comparison';
import { FanOut } from '../fan-out/fan-out';
import { MESSAGE } from '../fan-out/message';
import type { Line } from '../report/plot';
import type { Outcome, Row } from '../row';
import { medianOf } from '../summary';

const SIZES = [1, 10, 100, 1000, 5000];
const ROUNDS = 15;
const MOST = { atMost: 1.25 };
const BYTES = Buffer.byteLength(JSON.stringify(MESSAGE));
const LABELS = ['Nebula', 'amqplib', 'Nebula, until the last host has found it to be right'] as const;

export const push: Row = {
  number: 7,
  title: 'One push to N hosts',
  against: 'the same bytes by amqplib alone, through an exchange, queues and bindings of the same kinds',
  reach: `${MOST.atMost} × of its time at the most, at every N`,
  how:
    `One message of ${BYTES} bytes, from the call that publishes it until the last consumer's callback has its bytes, ` +
    `before they are parsed, for ${SIZES.join(', ')} hosts with a connection each, up to 500 to a process, which share ` +
    'this machine’s processors. Both have their hosts on one broker, in a vhost each, at the same time. What the worker ' +
    'does first, to parse the message and to check it, is shown beside it: here all hosts do it on these processors. That ' +
    'a change is published once, whatever N, is what `npm run fleet:sim` holds us to.',
  cannot: async () => undefined,
  run,
};

async function run(progress: Progress): Promise<Outcome> {
  const broker = await progress.during('the broker starts', Broker.start({ manyConnections: true }));
  const ends: FanOut[] = [];
  try {
    for (const means of ['nebula', 'amqplib'] as const) {
      ends.push(await FanOut.start({ means, url: await broker.vhost(means) }));
    }
    return await measure(progress, ends as [FanOut, FanOut]);
  } finally {
    await Promise.all(ends.map((each) => each.stop()));
    await broker.kill();
    await broker.remove();
  }
}

async function measure(progress: Progress, [nebula, bare]: [FanOut, FanOut]): Promise<Outcome> {
  const outcome: Outcome = { series: [], comparisons: [] };
  const lines: Line[] = LABELS.map((label) => ({ label, points: [] }));
  const samplers = [() => nebula.send('bytes'), () => bare.send('bytes'), () => nebula.send('validated')];
  for (const size of SIZES) {
    for (const end of [nebula, bare]) await progress.during(`${size} hosts connect`, end.grow(size));
    await alternate(progress, `first pushes to ${size} hosts`, 2, samplers);
    const taken = await alternate(progress, `pushes to ${size} hosts`, ROUNDS, samplers);
    for (const [index, label] of LABELS.entries()) {
      outcome.series.push({ label: `N = ${size}: ${label}`, unit: 'ms', samples: taken[index]! });
      lines[index]!.points.push([size, medianOf(taken[index]!)]);
    }
    outcome.comparisons.push(ratio(`push, N = ${size}`, taken[0]!, taken[1]!, MOST));
  }
  const [x, y] = [
    { title: 'hosts', log: true },
    { title: 'ms until the last one has it', log: true },
  ];
  return { ...outcome, plot: { title: 'One push to N hosts', x, y, lines } };
}
