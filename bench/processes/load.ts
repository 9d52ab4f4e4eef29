import { answering } from './answering';
import { HttpConnection } from './http-connection';

/** What one sample of load is made of. */
export interface Load {
  url: string;
  connections: number;
  milliseconds: number;
  method: string;
  /** `{connection}` is the connection's number, from 0, of two digits at least. */
  path: string;
  headers: Record<string, string>;
  /** `{count}` is the number of the request on its connection, of nine digits. */
  body?: string;
}

export interface LoadFigures {
  /** Answers per second. */
  perSecond: number;
  /** Milliseconds from request to answer. */
  p99: number;
  /** How much of a processor sending and reading took: near 1, it is the sender that was measured. */
  senderBusy: number;
}

async function loadOf(load: Load): Promise<LoadFigures> {
  const { hostname, port } = new URL(load.url);
  const numbers = Array.from({ length: load.connections }, (_, index) => index);
  const connections = await Promise.all(numbers.map(() => HttpConnection.open(hostname, Number(port))));
  const times: number[] = [];
  const began = performance.now();
  const cpu = process.cpuUsage();
  const until = began + load.milliseconds;
  await Promise.all(
    connections.map((connection, index) => sendUntil(until, connection, requestsOf(load, index), times)),
  );
  const took = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  for (const connection of connections) connection.close();
  return { perSecond: (1000 * times.length) / took, p99: p99Of(times), senderBusy: (user + system) / 1000 / took };
}

async function sendUntil(
  until: number,
  connection: HttpConnection,
  next: () => Buffer,
  times: number[],
): Promise<void> {
  for (let sent = performance.now(); sent < until;) {
    await connection.send(next());
    const answered = performance.now();
    times.push(answered - sent);
    sent = answered;
  }
}

/** @returns gives the connection's next request */
function requestsOf({ method, path, headers, body }: Load, connection: number): () => Buffer {
  const lines = Object.entries({ host: 'bench', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const start = `${method} ${path.replace('{connection}', String(connection).padStart(2, '0'))} HTTP/1.1\r\n${lines.join('')}`;
  if (body === undefined) {
    const request = Buffer.from(`${start}\r\n`);
    return () => request;
  }
  let count = 0;
  return () => {
    const counted = body.replace('{count}', String(++count).padStart(9, '0'));
    return Buffer.from(`${start}content-length: ${Buffer.byteLength(counted)}\r\n\r\n${counted}`);
  };
}

const p99Of = (times: number[]): number =>
  times.sort((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;

answering(Promise.resolve(undefined), loadOf);
