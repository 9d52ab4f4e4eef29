import { callOf } from './engine-calls';

test.each([
  ['level=debug msg="Calling GET /v1.41/containers/json?all=1&filters=%7B%7D"', 'GET /containers/json'],
  [
    'level=debug msg="handling GET request" method=GET module=api request-url="/v1.51/containers/json?all=1" vars="map[]"',
    'GET /containers/json',
  ],
  [
    'level=debug msg="handling POST request" method=POST request-url=/v1.51/containers/0123456789ab/start',
    'POST /containers/…/start',
  ],
  ['level=info msg="Loading containers: start."', undefined],
])('a line of the log tells a call, or none', (line, call) => {
  expect(callOf(line)).toBe(call);
});
