/** What Engines and the programs that they start containers with say; the first line that fits counts. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /exec format error/i,
    'its program is made for another kind of processor, or is a script whose first line names no interpreter',
  ],
  [/executable file not found/i, 'its program is not in the image'],
  [/^exec .*: no such file or directory/im, 'its program, or the interpreter that this names, is not in the image'],
  [/exec: "[^"]*": .*no such file or directory/i, 'its program is not in the image'],
  [/exec: "[^"]*": (permission denied|is a directory)|^exec .*: permission denied/im, 'its program cannot be executed'],
  [/exec user process caused.*no such file or directory/i, 'its program, or its interpreter, is not in the image'],
];

/** @returns what keeps a container's program from running, in plain words; undefined: nothing that is known */
export function programHint(text: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(text))?.[1];
}
