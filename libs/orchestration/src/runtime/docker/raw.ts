/** Reading the Engine's answers, in which anything may be missing or of another kind than its documents say. */

export type Raw = Record<string, unknown>;

export function asRecord(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function asNumber(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

export function asTextList(value: unknown): string[] {
  return asList(value).filter((entry) => typeof entry === 'string');
}

/** Labels and the like: what is not text is left out. */
export function asTexts(value: unknown): Record<string, string> {
  const texts = Object.entries(asRecord(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}
