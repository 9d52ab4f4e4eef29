/** Shorter ones are words as well, and stand in messages by chance. */
const SHORTEST_SECRET = 8;
const CREDENTIALS = /\/\/[^/\s]*@/g;

/** A text of others, as an error's, in which credentials are neither in a URL nor by themselves. */
export function redacted(secrets: readonly string[], text: string): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text.replace(CREDENTIALS, '//***@'));
}
