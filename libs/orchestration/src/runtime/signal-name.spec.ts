import { signalName } from './signal-name';

it.each([
  ['int', 'SIGINT'],
  ['SIGINT', 'SIGINT'],
  ['sigterm', 'SIGTERM'],
  ['15', '15'],
  ['RTMIN+3', 'SIGRTMIN+3'],
])('the signal %s is %s', (given, name) => expect(signalName(given)).toBe(name));
