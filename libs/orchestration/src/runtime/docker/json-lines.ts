import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is nothing that Docker says: it is skipped, so that no stream fills the memory. */
const LONGEST_LINE = 1024 * 1024;

/** The JSON values of a stream with one a line, whatever the chunks that it comes in; lines that don't parse are skipped. */
export async function* jsonLines(chunks: AsyncIterable<Buffer | string>): AsyncGenerator<unknown> {
  const decoder = new StringDecoder('utf8'); // a chunk may end within a character
  let rest = '';
  let skipping = false;
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (!skipping) yield* parse(line);
      skipping = false;
    }
    if (rest.length > LONGEST_LINE) {
      rest = '';
      skipping = true;
    }
  }
  if (!skipping) yield* parse(rest);
}

function parse(line: string): unknown[] {
  try {
    return line.trim() === '' ? [] : [JSON.parse(line)];
  } catch {
    return [];
  }
}
