/** What a request says of who it is. */
export type Credentials = { kind: 'basic'; user: string; password: string } | { kind: 'bearer'; token: string };

/**
 * Reads an Authorization header: Basic (RFC 7617, UTF-8; only the first colon separates) or Bearer (RFC 6750).
 * @returns undefined when it is neither
 */
export function parseAuthorization(header: string): Credentials | undefined {
  const match = /^(basic|bearer) +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(header);
  const text = match?.[2];
  if (text === undefined) return undefined;
  if (match?.[1]?.toLowerCase() === 'bearer') return { kind: 'bearer', token: text };
  return parseBasic(text);
}

function parseBasic(base64: string): Credentials | undefined {
  const text = decodeUtf8(Buffer.from(base64, 'base64'));
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0) return undefined;
  return { kind: 'basic', user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
