import fc from 'fast-check';
import { toEvents } from './to-events';

const message = (Type: string, Action: string, ID = 'id', Attributes: object = {}) => ({
  Type,
  Action,
  Actor: { ID, Attributes },
});

describe('a message of the Engine', () => {
  it('about a container is its event', () => {
    expect(toEvents(message('container', 'start'))).toEqual([{ kind: 'container', id: 'id', action: 'start' }]);
  });

  it('about an end tells its exit code, where that is one', () => {
    const [event] = toEvents(message('container', 'die', 'id', { exitCode: '137' }));
    expect(event).toEqual({ kind: 'container', id: 'id', action: 'die', exitCode: 137 });
    for (const exitCode of ['', '-1', 'x', '1234', 7, null]) {
      expect(toEvents(message('container', 'die', 'id', { exitCode }))[0]).not.toHaveProperty('exitCode');
    }
  });

  it('about health loses its result: whoever hears it looks', () => {
    const [event] = toEvents(message('container', 'health_status: healthy'));
    expect(event).toMatchObject({ action: 'health_status' });
  });

  it('about a container on a network is about the container', () => {
    for (const action of ['connect', 'disconnect']) {
      const event = { kind: 'container', id: 'c', action };
      expect(toEvents(message('network', action, 'n', { container: 'c' }))).toEqual([event]);
      expect(toEvents(message('network', action, 'n'))).toEqual([]);
    }
  });

  it('about a network is its event when it comes or goes', () => {
    expect(toEvents(message('network', 'create', 'n'))).toEqual([{ kind: 'network', id: 'n', action: 'create' }]);
  });

  it('about a volume is its event when it comes or goes', () => {
    expect(toEvents(message('volume', 'create', 'v'))).toEqual([{ kind: 'volume', name: 'v', action: 'create' }]);
    expect(toEvents(message('volume', 'destroy', 'v'))).toEqual([{ kind: 'volume', name: 'v', action: 'destroy' }]);
    expect(toEvents(message('volume', 'mount', 'v'))).toEqual([]);
  });

  it('about anything else, or nothing, is no event', () => {
    expect(toEvents(message('image', 'pull'))).toEqual([]);
    expect(toEvents(message('container', ''))).toEqual([]);
    expect(toEvents(message('container', 'start', ''))).toEqual([]);
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(toEvents(value)).toEqual([])));
  });
});
