import { normalImage, parseImage } from './image';

const HEX = '0123456789abcdef'.repeat(4);
const normal = (text: string): string | undefined => {
  const reference = parseImage(text);
  return reference.ok ? normalImage(reference.value) : undefined;
};

describe('an image reference', () => {
  it.each([
    ['web', 'docker.io/library/web:latest'],
    ['web:1.4', 'docker.io/library/web:1.4'],
    ['library/web', 'docker.io/library/web:latest'],
    ['docker.io/web', 'docker.io/library/web:latest'],
    ['index.docker.io/library/web', 'docker.io/library/web:latest'],
    ['team/web', 'docker.io/team/web:latest'],
    ['localhost/web', 'localhost/web:latest'],
    ['localhost:5000', 'docker.io/library/localhost:5000'],
    ['registry.example:5000/a/b/web:1.4', 'registry.example:5000/a/b/web:1.4'],
    ['registry.example:5000/web', 'registry.example:5000/web:latest'],
    ['[2001:db8::1]:5000/web', '[2001:db8::1]:5000/web:latest'],
    [`web@sha256:${HEX}`, `docker.io/library/web@sha256:${HEX}`],
    [`web:1@sha256:${HEX}`, `docker.io/library/web:1@sha256:${HEX}`],
    [`web@sha512:${HEX}${HEX}`, `docker.io/library/web@sha512:${HEX}${HEX}`],
    ['a__b/c.d/e--f_g', 'docker.io/a__b/c.d/e--f_g:latest'],
    [`web:${'t'.repeat(128)}`, `docker.io/library/web:${'t'.repeat(128)}`],
  ])('%s is %s', (text, expected) => expect(normal(text)).toBe(expected));

  it.each([
    '',
    ' web',
    'Web',
    'LOCAL/web',
    'a/Web',
    'a//b',
    '/a',
    'a/',
    'a___b',
    'a.-b',
    '-a/b',
    'a-.example/b',
    'web:',
    'web:-1',
    'web:a:b',
    `web:${'t'.repeat(129)}`,
    'http://registry.example/web',
    'registry.example:port/web',
    'web@',
    'web@sha256',
    'web@sha256:00',
    `web@sha256:${HEX.toUpperCase()}`,
    `web@md5:${HEX}`,
    `web@sha256:${HEX}@sha256:${HEX}`,
    HEX,
    'a'.repeat(256),
    'a'.repeat(100_000),
    'web\n',
  ])('cannot be %j', (text) => expect(parseImage(text).ok).toBe(false));

  it.each([null, 5, ['web'], {}])('is a string, not %j', (value) => expect(parseImage(value).ok).toBe(false));
});
