import { parseAuthorization } from './credentials';

const basic = (text: string | Buffer) => `Basic ${Buffer.from(text as string).toString('base64')}`;

describe('an Authorization header', () => {
  it('must be read as user and password, divided at the first colon, in UTF-8', () => {
    expect(parseAuthorization(basic('u:p'))).toEqual({ kind: 'basic', user: 'u', password: 'p' });
    expect(parseAuthorization(basic('ü:p:ä:'))).toEqual({ kind: 'basic', user: 'ü', password: 'p:ä:' });
    expect(parseAuthorization(basic(':'))).toEqual({ kind: 'basic', user: '', password: '' });
    expect(parseAuthorization(basic('u:p').replace('Basic', 'bASIC'))).toMatchObject({ kind: 'basic' });
  });

  it('must be read as a token', () => {
    expect(parseAuthorization('Bearer a-b.c_d~e+f/g==')).toEqual({ kind: 'bearer', token: 'a-b.c_d~e+f/g==' });
  });

  it.each([
    '',
    'Basic',
    'Basic ',
    'Basic !',
    'Bearer a b',
    'Digest x',
    basic('no colon'),
    basic(Buffer.from([0xff, 0x3a])),
  ])('must be nothing when it is %j', (header) => expect(parseAuthorization(header)).toBeUndefined());
});
