import { decodeCursor, encodeCursor } from './cursor';

describe('a cursor', () => {
  it.each(['web', 'host\napp\n1\nid', '', 'ä€😀'])('must lead back to %j', (place) => {
    expect(decodeCursor('apps', encodeCursor('apps', place))).toBe(place);
  });

  it.each([
    ['another list', encodeCursor('hosts', 'web')],
    ['a list whose name begins alike', encodeCursor('apps2', 'web')],
    ['nothing', ''],
    ['what is no base64', '%%%'],
    ['base64 with a tail', `${encodeCursor('apps', 'web')}=`],
    ['what is no UTF-8', Buffer.from([0xff, 0xfe]).toString('base64url')],
  ])('must refuse one of %s', (_what, cursor) => {
    expect(() => decodeCursor('apps', cursor)).toThrow(expect.objectContaining({ code: 'invalid-query' }));
  });
});
