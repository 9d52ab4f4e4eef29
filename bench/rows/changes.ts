import { join } from 'node:path';
import type { Progress } from '../../test/fleet/sim/progress';
import { alternate } from '../alternate';
import { APP_OF_CONNECTION, ApiUnderLoad, AUTHORIZATION, CONNECTIONS } from '../api-under-load';
import { inFolder } from '../bench-folder';
import { ratio } from '../comparison';
import { inOneLine, onFerretDb } from '../ferretdb';
import { BenchProcess } from '../processes/bench-process';
import type { StoreLoad } from '../processes/store-load';
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
  against:
    'the compare-and-set that SQLite and FerretDB have of themselves, in a loop with the same concurrency; and that of ' +
    "Nebula's store alone, which commits together what comes together; each in a process of its own",
  reach: `${LEAST.atLeast} of their changes per second`,
  how:
    `${CONNECTIONS} connections, each changing env of an app of its own as soon as the last change was accepted, for ` +
    `${SAMPLE_MS / 1000} s a sample; beside it ${CONNECTIONS} loops that store generations of as many bytes in a store of ` +
    'their own, on the same disk, through Nebula’s store or past it: there a change is an update of one row on the ' +
    'condition of its generation (SQLite), or an insert under an id that must be new (FerretDB), with no log, no marks ' +
    'and each flushed for itself. All flush before they answer. Nebula’s store marks and prunes, the api also ' +
    'reads and publishes. Embedded: SQLite. Mongo-compatible: FerretDB, one server with a database for ' +
    `each, and ${MONGO_CONNECTIONS} connections.`,
  limits:
    'one process has to do both: what HTTP and Nest need for a request (row 9’s bare handler) is as much as Nebula’s ' +
    'store needs for a change when it flushes 64 together, so 0.7 of that is out of its reach. Of the api’s time for a ' +
    'change about a third is HTTP, a fifth SQLite, a sixth the check of the whole document. FerretDB reads whole ' +
    'collections for each update and each delete: api and store mark every generation once, and prune; the loop past ' +
    'them only inserts, which takes a millisecond however much there is.',
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
      bare: { folder: join(folder, 'bare') },
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
      const at = (database: string): StorePlace => ({ url, database });
      const places = { api: at('api'), alone: at('alone'), bare: at('bare') };
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
  places: Record<'api' | 'alone' | 'bare', StorePlace>,
  connections: number,
): Promise<Outcome> {
  const start = (name: string, store: StorePlace) => BenchProcess.start<undefined, StoreLoad, number>(name, { store });
  const loops = [await start('bare-store', places.bare), await start('store-loop', places.alone)];
  const api = await ApiUnderLoad.start(places.api);
  try {
    const samplers = [
      async () => (await api.load({ url: api.url, milliseconds: SAMPLE_MS, ...CHANGE, connections })).perSecond,
      ...loops.map(
        ({ process }) =>
          () =>
            process.ask({ loops: connections, milliseconds: SAMPLE_MS }),
      ),
    ];
    await alternate(progress, `${what}, first changes`, 1, samplers);
    const [ours, bare, alone] = await alternate(progress, `${what}, changes`, ROUNDS, samplers);
    return {
      series: [
        { label: `${what}: api`, unit: 'changes/s', samples: ours! },
        { label: `${what}: database alone`, unit: 'changes/s', samples: bare! },
        { label: `${what}: Nebula's store alone`, unit: 'changes/s', samples: alone! },
      ],
      comparisons: [
        ratio(`${what}, against the database alone`, ours!, bare!, LEAST),
        ratio(`${what}, against Nebula's store alone`, ours!, alone!, LEAST),
      ],
      notes: api.notes(),
    };
  } finally {
    await Promise.all([api.stop(), ...loops.map(({ process }) => process.stop())]);
  }
}

const CHANGE = {
  method: 'PATCH',
  path: APP_OF_CONNECTION,
  headers: { authorization: AUTHORIZATION.basic, 'content-type': 'application/merge-patch+json' },
  body: '{"env":{"CHANGE":"{count}"}}',
};
