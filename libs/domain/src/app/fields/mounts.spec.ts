import { parseDevices } from './devices';
import { cleanPath } from './paths';
import { parseTmpfs } from './tmpfs';
import { parseVolumes } from './volumes';

const pointers = (result: ReturnType<typeof parseVolumes>) =>
  result.ok ? [] : result.problems.map(({ pointer }) => pointer);

describe('a path', () => {
  it.each([
    ['/', '/'],
    ['//a///b/', '/a/b'],
    ['/a/./b/../c', '/a/c'],
    ['/../..', '/'],
    ['a/b', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is cleaned as Docker does: %j', (path, expected) => expect(cleanPath(path)).toBe(expected));
});

describe('volumes', () => {
  it.each([
    ['/srv/web:/data', { source: '/srv/web', target: '/data', mode: '' }],
    ['/srv//web/:/data/:rw', { source: '/srv/web', target: '/data', mode: '' }],
    ['/srv/web:/data:z,ro', { source: '/srv/web', target: '/data', mode: 'ro,z' }],
    ['/srv/web:/data:rshared,cached', { source: '/srv/web', target: '/data', mode: 'cached,rshared' }],
    ['/:/host:ro', { source: '/', target: '/host', mode: 'ro' }],
    ['cache:/data:nocopy', { source: 'cache', target: '/data', mode: 'nocopy' }],
    ['cache:/data:', { source: 'cache', target: '/data', mode: '' }],
    ['/data', { target: '/data', mode: '' }],
  ])('%s', (text, expected) => expect(parseVolumes([text])).toEqual({ ok: true, value: [expected] }));

  it.each([
    '',
    'data',
    '/',
    '/a:/',
    '/a:b',
    '/a:ro',
    ':/b',
    '/a:',
    './a:/b',
    'c:/b',
    '-c:/b',
    'a b:/c',
    '/a:/b:ro:rw',
    '/a:/b:foo',
    '/a:/b:ro,rw',
    '/a:/b:z,Z',
    '/a:/b:ro,',
    '/a:/b:nocopy',
    'cache:/b:rslave',
  ])('cannot be %j', (text) => expect(pointers(parseVolumes([text]))).toEqual(['/0']));

  it('are a list of strings', () => {
    expect(pointers(parseVolumes('/a:/b'))).toEqual(['']);
    expect(pointers(parseVolumes([5, '/a', null]))).toEqual(['/0', '/2']);
  });

  it('have one place each, however it is spelt', () =>
    expect(pointers(parseVolumes(['/a:/x', '/b:/y', 'cc:/x/', '/y']))).toEqual(['/2', '/3']));
});

describe('tmpfs', () => {
  it.each([
    ['/run', { target: '/run', options: '' }],
    ['/run/:', { target: '/run', options: '' }],
    ['/run:size=64m,mode=1777,noexec', { target: '/run', options: 'size=64m,mode=1777,noexec' }],
    ['/run:size=10%,uid=0,gid=5,nr_inodes=1k', { target: '/run', options: 'size=10%,uid=0,gid=5,nr_inodes=1k' }],
  ])('%s', (text, expected) => expect(parseTmpfs([text])).toEqual({ ok: true, value: [expected] }));

  it.each([5, 'run', '/', ':size=1', '/run:foo', '/run:size', '/run:size=', '/run:size=big', '/run:foo=1', '/run:ro,'])(
    'cannot be %j',
    (input) => expect(parseTmpfs([input]).ok).toBe(false),
  );

  it('have one place each', () => expect(parseTmpfs(['/run', '/run/:ro']).ok).toBe(false));
});

describe('devices', () => {
  it.each([
    ['/dev/fuse', { host: '/dev/fuse', container: '/dev/fuse', permissions: 'rwm' }],
    ['/dev/fuse:mr', { host: '/dev/fuse', container: '/dev/fuse', permissions: 'rm' }],
    ['/dev/fuse:/dev/x', { host: '/dev/fuse', container: '/dev/x', permissions: 'rwm' }],
    ['/dev/fuse:/dev/x:wr', { host: '/dev/fuse', container: '/dev/x', permissions: 'rw' }],
  ])('%s', (text, expected) => expect(parseDevices([text])).toEqual({ ok: true, value: [expected] }));

  it.each([
    5,
    '',
    'fuse',
    'rwm',
    '/',
    '/dev/a:/',
    '/dev/a:b',
    '/dev/a:/dev/b:x',
    '/dev/a:rr',
    '/dev/a:rwm:rwm',
    '/a:/b:r:w',
  ])('cannot be %j', (input) => expect(parseDevices([input]).ok).toBe(false));

  it('have one place each', () => expect(parseDevices(['/dev/a', '/dev/b:/dev/a']).ok).toBe(false));
});
