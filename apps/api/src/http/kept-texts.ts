const texts = new WeakMap<object, string>();
const UNWRITTEN = '';

/** For a document that is sent again and again as it is: it is written once, and nobody changes it any more. */
export function keepText<T extends object>(document: T): T {
  texts.set(document, UNWRITTEN);
  return document;
}

/** JSON of what is to be sent. */
export function textOf(payload: unknown): string {
  if (typeof payload !== 'object' || payload === null) return JSON.stringify(payload);
  const known = texts.get(payload);
  if (known) return known;
  const text = JSON.stringify(payload);
  if (known === UNWRITTEN) texts.set(payload, text);
  return text;
}
