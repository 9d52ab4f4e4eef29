import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** How often the api asked the store what, such as `find apps`. */
export type Commands = ReadonlyMap<string, number>;

const HEADER_BYTES = 16;
const OP_MSG = 2013;
const STRING = 2;

/** Stands between the api and its store, and counts what it asks. */
export class StoreTap {
  private commands = new Map<string, number>();
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly store: { host: string; port: number },
  ) {}

  /** @param url of the store. */
  static async before(url: string): Promise<StoreTap> {
    const { hostname, port } = new URL(url);
    const server = createServer();
    const tap = new StoreTap(server, { host: hostname, port: Number(port) });
    server.on('connection', (client) => tap.join(client));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return tap;
  }

  /** The store's, by way of this. */
  get url(): string {
    return `mongodb://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Since the last time. */
  take(): Commands {
    const { commands } = this;
    this.commands = new Map();
    return commands;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(client: Socket): void {
    const store = connect(this.store);
    let rest: Buffer = Buffer.alloc(0);
    client.on('data', (data) => (rest = this.count(Buffer.concat([rest, data as Buffer]))));
    for (const [one, other] of [
      [client, store],
      [store, client],
    ] as const) {
      one.setNoDelay(true);
      this.sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        other.destroy();
        this.sockets.delete(one);
      });
    }
  }

  /** @returns what is not a whole message yet */
  private count(data: Buffer): Buffer {
    let at = 0;
    while (data.length - at >= HEADER_BYTES) {
      const length = data.readInt32LE(at);
      if (data.length - at < length) break;
      const name = commandIn(data.subarray(at, at + length));
      if (name !== undefined) this.commands.set(name, (this.commands.get(name) ?? 0) + 1);
      at += length;
    }
    return data.subarray(at);
  }
}

/** The first field of a command's document is its name, with the collection as its value. */
function commandIn(message: Buffer): string | undefined {
  const document = HEADER_BYTES + 4 + 1;
  if (message.readInt32LE(12) !== OP_MSG || message[HEADER_BYTES + 4] !== 0) return undefined;
  const name = document + 5;
  const end = message.indexOf(0, name);
  if (message[document + 4] !== STRING) return message.toString('utf8', name, end);
  const length = message.readInt32LE(end + 1);
  return `${message.toString('utf8', name, end)} ${message.toString('utf8', end + 5, end + 4 + length)}`;
}
