import { RuntimeError } from './runtime-error';

describe('the reason to show for an error', () => {
  it.each([
    ['port-taken', 'port-taken'],
    ['disk-full', 'disk-full'],
    ['registry-login-refused', 'registry-login-refused'],
    ['away', 'engine-away'],
    ['conflict', 'start-failed'],
    ['aborted', 'start-failed'],
  ] as const)('%s is %s', (code, reason) => {
    expect(new RuntimeError(code, 'text').reason('start-failed')).toBe(reason);
  });
});
