import { readFile, stat } from 'node:fs/promises';

/** Newer Engines say `handling GET request` with the path beside it, older ones `Calling GET /v1.41/…`. */
const CALL = /(?:msg="Calling ([A-Z]+) ([^ "]+)"|msg="handling ([A-Z]+) request".*?request-url="?([^ "]+))/;
const VERSION = /^\/v[\d.]+/;
const ID = /[0-9a-f]{64}|[0-9a-f]{12}/;

/** The calls that an Engine was asked for, which tells each of them in its log, from now on. */
export class EngineCalls {
  private constructor(
    private readonly log: string,
    private readonly from: number,
  ) {}

  static async since(log: string): Promise<EngineCalls> {
    return new EngineCalls(log, (await stat(log)).size);
  }

  /** How often each was made, such as `GET /containers/json`. */
  async counts(): Promise<Record<string, number>> {
    const text = (await readFile(this.log)).subarray(this.from).toString();
    const counts: Record<string, number> = {};
    for (const line of text.split('\n')) {
      const call = callOf(line);
      if (call !== undefined) counts[call] = (counts[call] ?? 0) + 1;
    }
    return counts;
  }
}

export function callOf(line: string): string | undefined {
  const [, ...found] = CALL.exec(line) ?? [];
  const [method, url] = found.filter((part) => part !== undefined);
  if (method === undefined || url === undefined) return undefined;
  return `${method} ${url.split('?', 1)[0]!.replace(VERSION, '').replace(ID, '…')}`;
}
