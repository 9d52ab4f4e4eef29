import fc from 'fast-check';
import { jsonLines } from './json-lines';

async function read(chunks: (string | Buffer)[]): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of jsonLines(chunks as unknown as AsyncIterable<Buffer>)) values.push(value);
  return values;
}

describe('a stream of JSON lines', () => {
  it('gives the same values however it is cut', async () => {
    const values = fc.array(fc.jsonValue(), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(values, fc.array(fc.nat(60), { maxLength: 8 }), async (wanted, cuts) => {
        const bytes = Buffer.from(wanted.map((value) => `${JSON.stringify(value)}\r\n`).join(''));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const size of cuts) chunks.push(bytes.subarray(at, (at += size)));
        chunks.push(bytes.subarray(at));
        expect(await read(chunks)).toEqual(wanted.map((value) => JSON.parse(JSON.stringify(value))));
      }),
    );
  });

  it('keeps a character that was cut in two', async () => {
    const bytes = Buffer.from('{"a":"ü"}\n');
    expect(await read([bytes.subarray(0, 7), bytes.subarray(7)])).toEqual([{ a: 'ü' }]);
  });

  it('gives the last value also without an end of line', async () => {
    expect(await read(['{"a":1}\n{"a"', ':2}'])).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('skips what is no JSON, and empty lines', async () => {
    expect(await read(['nonsense\n\n  \n{"a":1}\n{"a":'])).toEqual([{ a: 1 }]);
  });

  it('skips a line without end, and goes on after it', async () => {
    const long = 'x'.repeat(600_000);
    expect(await read(['"', long, long, long, '"\n{"a":1}\n'])).toEqual([{ a: 1 }]);
    expect(await read([long, long, '7\n{"a":1}\n'])).toEqual([{ a: 1 }]);
    expect(await read(['"', long, long])).toEqual([]);
  });
});
