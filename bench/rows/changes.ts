import { join } from 'node:path';
import type { Progress } from '../../test/fleet/sim/progress';
import { alternate } from '../alternate';
import { APP_OF_CONNECTION, ApiUnderLoad, AUTHORIZATION, CONNECTIONS } from '../api-under-load';
import { inFolder } from '../bench-folder';
import { ratio } from '../comparison';
import { inOneLine, onFerretDb } from '../ferretdb';
import { BenchProcess } from '../processes/bench-process';
import type { StoreLoad } from '../processes/store-loop';
import type { StorePlace } from '../processes/store-place';
import type { Outcome, Row } from '../row';

const ROUNDS = 5;
/** FerretDB writes one after the other: of 64, the last would wait for longer than the store may take to answer. */
const MONGO_CONNECTIONS = 8;
const SAMPLE_MS = 2000;
const LEAST = { atLeast: 0.7 };

export const changes: Row = {
  number: 10,
  title: 'Accepted changes of apps through the api, durable',
  against: "the store's own compare-and-set in a loop with the same concurrency, in a process of its own",
  reach: `${LEAST.atLeast} of its changes per second`,
  how:
    `${CONNECTIONS} connections, each changing env of an app of its own as soon as the last change was accepted, for ` +
    `${SAMPLE_MS / 1000} s a sample; beside it ${CONNECTIONS} loops that store generations of as many bytes in a store of ` +
    'their own, on the same disk. Both stores flush before they answer. The api also reads, publishes, marks and ' +
    'prunes what it stores. Embedded: SQLite. Mongo-compatible: FerretDB, one server with a database for ' +
    `each, and ${MONGO_CONNECTIONS} connections.`,
  limits:
    'one process has to do both: what HTTP and Nest need for a request (row 9’s bare handler) is as much as the store ' +
    'needs for a change, so 0.7 of the store alone is out of its reach. Of the api’s time for a change about a third is ' +
    'HTTP, a fifth SQLite, a sixth the check of the whole document. FerretDB flushes for each write and reads whole ' +
    'collections: the api asks it seven times for a change, the loop beside it twice.',
  cannot: async () => undefined,
  run: (progress) => inFolder((folder) => run(progress, folder)),
};

async function run(progress: Progress, folder: string): Promise<Outcome> {
  const embedded = await compared(
    progress,
    'embedded',
    {
      api: { folder: join(folder, 'api') },
      alone: { folder: join(folder, 'alone') },
    },
    CONNECTIONS,
  );
  const mongo = await withMongo(progress, folder);
  return {
    series: [...embedded.series, ...mongo.series],
    comparisons: [...embedded.comparisons, ...mongo.comparisons],
    notes: [...(embedded.notes ?? []), ...(mongo.notes ?? [])],
  };
}

/** FerretDB can't be built everywhere, and a machine with other work may be too slow for the store's deadline. */
async function withMongo(progress: Progress, folder: string): Promise<Outcome> {
  try {
    return await onFerretDb(progress, folder, (url) => {
      const places = { api: { url, database: 'api' }, alone: { url, database: 'alone' } };
      return compared(progress, 'Mongo-compatible', places, MONGO_CONNECTIONS);
    });
  } catch (error) {
    const notes = [`Nothing Mongo-compatible could be measured: ${inOneLine(error)}`];
    return { series: [], comparisons: [], notes };
  }
}

async function compared(
  progress: Progress,
  what: string,
  places: { api: StorePlace; alone: StorePlace },
  connections: number,
): Promise<Outcome> {
  const given = { store: places.alone };
  const { process: loop } = await BenchProcess.start<undefined, StoreLoad, number>('store-loop', given);
  const api = await ApiUnderLoad.start(places.api);
  try {
    const samplers = [
      async () => (await api.load({ url: api.url, milliseconds: SAMPLE_MS, ...CHANGE, connections })).perSecond,
      () => loop.ask({ loops: connections, milliseconds: SAMPLE_MS }),
    ];
    await alternate(progress, `${what}, first changes`, 1, samplers);
    const [ours, alone] = await alternate(progress, `${what}, changes`, ROUNDS, samplers);
    return {
      series: [
        { label: `${what}: api`, unit: 'changes/s', samples: ours! },
        { label: `${what}: store alone`, unit: 'changes/s', samples: alone! },
      ],
      comparisons: [ratio(`changes per second, ${what}`, ours!, alone!, LEAST)],
      notes: api.notes(),
    };
  } finally {
    await Promise.all([api.stop(), loop.stop()]);
  }
}

const CHANGE = {
  method: 'PATCH',
  path: APP_OF_CONNECTION,
  headers: { authorization: AUTHORIZATION.basic, 'content-type': 'application/merge-patch+json' },
  body: '{"env":{"CHANGE":"{count}"}}',
};
