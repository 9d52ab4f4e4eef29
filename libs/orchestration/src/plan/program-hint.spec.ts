import { programHint } from './program-hint';

const OLD = 'OCI runtime create failed: container_linux.go:380: starting container process caused';
const V20 =
  'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process';
const V26 = `failed to create task for container: ${V20}`;
const V28 = `${V26}: error during container init`;

describe('what an Engine says of a program that cannot run', () => {
  it.each(
    [OLD, V20, V26, V28].flatMap((engine) => [
      [`${engine}: exec: "serve": executable file not found in $PATH: unknown`, 'its program is not in the image'],
      [
        `${engine}: exec: "/no/such": stat /no/such: no such file or directory: unknown`,
        'its program is not in the image',
      ],
      [`${engine}: exec: "/serve": permission denied: unknown`, 'its program cannot be executed'],
      [`${engine}: exec: "/etc": is a directory: unknown`, 'its program cannot be executed'],
      [`${engine}: exec: "/serve": exec format error: unknown`, expect.stringContaining('another kind of processor')],
    ]),
  )('is told in plain words: %s', (text, hint) => {
    expect(programHint(text)).toEqual(hint);
  });

  it.each([
    ['exec /serve: exec format error', 'another kind of processor'],
    ['standard_init_linux.go:228: exec user process caused: exec format error', 'another kind of processor'],
    ['exec /entry.sh: no such file or directory', 'interpreter that this names'],
    ['standard_init_linux.go:228: exec user process caused: no such file or directory', 'its interpreter'],
    ['exec /serve: permission denied', 'cannot be executed'],
  ])('is found in what its container wrote last: %s', (line, hint) => {
    expect(programHint(line)).toContain(hint);
  });

  it.each(['', 'bind source path does not exist: /x', 'no license found', 'open /etc/x: no such file or directory'])(
    'is not read into other words: %s',
    (text) => expect(programHint(text)).toBeUndefined(),
  );
});
