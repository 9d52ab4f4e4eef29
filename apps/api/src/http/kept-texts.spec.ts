import { keepText, textOf } from './kept-texts';

describe('what is sent', () => {
  const counting = () => {
    const document = { written: 0, toJSON: () => ({ written: ++document.written }) };
    return document;
  };

  it('must be written each time, since it may have changed', () => {
    const document = counting();
    expect([textOf(document), textOf(document)]).toEqual(['{"written":1}', '{"written":2}']);
  });

  it('must be written once where it is kept', () => {
    const document = keepText(counting());
    expect([textOf(document), textOf(document)]).toEqual(['{"written":1}', '{"written":1}']);
  });

  it.each([null, 1, true, [1], {}])('must be JSON when it is %j', (value) =>
    expect(textOf(value)).toBe(JSON.stringify(value)),
  );
});
