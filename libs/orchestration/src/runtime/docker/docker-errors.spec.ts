import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RuntimeError } from '../runtime-error';
import { pullTextError, statusOf, toPullError, toRuntimeError } from './docker-errors';

/** As dockerode throws it. */
const refusal = (statusCode: number, text: string, json: unknown = { message: text }) =>
  Object.assign(new Error(`(HTTP code ${statusCode}) server error - ${text} `), { statusCode, json });

describe('an error of the Engine', () => {
  it.each([
    [404, 'No such container: x', 'not-found'],
    [404, 'get x: no such volume', 'not-found'],
    [404, 'network x not found', 'not-found'],
    [404, 'No such image: web:1', 'image-not-found'],
    [409, 'Conflict. The container name "/web-1" is already in use by container "y".', 'conflict'],
    [409, 'cannot start a paused container, try unpause instead', 'conflict'],
    [400, 'network nebula is ambiguous (2 matches found on name)', 'conflict'],
    [
      500,
      'driver failed programming external connectivity on endpoint web-1: Bind for 0.0.0.0:80 failed: port is already allocated',
      'port-taken',
    ],
    [500, 'Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: address already in use', 'port-taken'],
    [500, 'write /var/lib/docker/x: no space left on device', 'disk-full'],
    [400, 'OCI runtime create failed: executable file not found in $PATH', 'refused'],
    [500, 'error gathering device information while adding custom device "/dev/none": no such file', 'refused'],
  ])('%i "%s" is %s', (status, text, code) => {
    expect(toRuntimeError(refusal(status, text))).toEqual(new RuntimeError(code as RuntimeError['code'], text));
    expect(toRuntimeError(refusal(status, text))).toMatchObject({ code, message: text });
  });

  it.each([
    Object.assign(new Error('connect ENOENT /var/run/docker.sock'), { code: 'ENOENT' }),
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
  ])('that is no answer means that it is away: %p', (error) => {
    expect(toRuntimeError(error)).toMatchObject({ code: 'away', message: error.message });
    expect(toPullError(error)).toMatchObject({ code: 'away', message: error.message });
  });

  it.each([
    ['socket hang up', 'the Engine ended the connection without an answer'],
    ['aborted', 'the Engine ended the connection in the middle of its answer'],
  ])('says of a connection that ended what happened: %s', (words, message) => {
    expect(toRuntimeError(new Error(words))).toEqual(new RuntimeError('away', message));
    expect(toPullError(new Error(words))).toEqual(new RuntimeError('away', message));
  });

  it('is told by the text alone where no JSON came', () => {
    expect(toRuntimeError(refusal(500, 'no space left on device', null))).toMatchObject({
      code: 'disk-full',
      message: 'no space left on device',
    });
  });

  it('always has a text', () => {
    expect(toRuntimeError(undefined).message).toBe('the Engine gave no reason');
    expect(toRuntimeError({ code: 'EPIPE' }).message).toBe('EPIPE');
    expect(toRuntimeError({ statusCode: 500, message: '' }).code).toBe('refused');
  });

  it('that is ours already stays as it is', () => {
    const ours = new RuntimeError('aborted', 'aborted');
    expect(toRuntimeError(ours)).toBe(ours);
    expect(toPullError(ours)).toBe(ours);
  });

  it('tells its status', () => {
    expect(statusOf(refusal(304, 'x'))).toBe(304);
    expect(statusOf(new Error('x'))).toBe(0);
  });
});

/** Said by real Engines when they were made to refuse, unless it says otherwise. */
const RECORDED = JSON.parse(readFileSync(join(__dirname, 'recorded', 'refusals.json'), 'utf8')) as {
  engine: string;
  call: 'create' | 'start' | 'network' | 'pull';
  status: number;
  code: RuntimeError['code'];
  text: string;
}[];

it.each(RECORDED)('$code is what $engine means at $call by "$text"', ({ call, status, code, text }) => {
  const error = refusal(status, text);
  expect(call === 'pull' ? toPullError(error) : toRuntimeError(error)).toMatchObject({ code, message: text });
  // Docker may begin its answer before the registry's comes.
  if (call === 'pull' && status !== 400) expect(pullTextError(text).code).toBe(code);
});

describe('an error of a pull', () => {
  it.each([
    [404, 'manifest for web:9 not found: manifest unknown: manifest unknown', 'image-not-found'],
    [
      404,
      "pull access denied for web, repository does not exist or may require 'docker login': denied: requested access",
      'image-not-found',
    ],
    [500, 'unauthorized: authentication required', 'registry-login-refused'],
    [500, 'Get https://r/v2/: no basic auth credentials', 'registry-login-refused'],
    [
      500,
      'Get https://registry-1.docker.io/v2/: unauthorized: incorrect username or password',
      'registry-login-refused',
    ],
    [500, 'Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused', 'registry-away'],
    [500, 'Get "https://r/v2/": dial tcp: lookup r: no such host', 'registry-away'],
    [500, 'received unexpected HTTP status: 503 Service Unavailable', 'registry-away'],
    [500, 'failed to register layer: write /x: no space left on device', 'disk-full'],
    [400, 'invalid reference format', 'refused'],
    [404, 'no matching manifest for linux/amd64 in the manifest list entries', 'refused'],
    [500, 'registry.example/web:1: not found', 'image-not-found'],
  ])('%i "%s" is %s', (status, text, code) => {
    expect(toPullError(refusal(status, text, null))).toMatchObject({ code, message: text });
  });

  it('is the same in the middle of the stream', () => {
    expect(pullTextError('unauthorized: authentication required').code).toBe('registry-login-refused');
    expect(pullTextError('unexpected EOF').code).toBe('registry-away');
  });
});
