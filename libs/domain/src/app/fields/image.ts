import { accepted, refused, type Parsed } from '../../parse/parsed';

/** An image reference in its parts. `domain` and `path` are whole: `web` is docker.io and library/web. */
export interface ImageReference {
  domain: string;
  path: string;
  tag?: string;
  digest?: string;
}

/** Characters of domain and path together, in Docker; with tag and digest, nothing longer can be a reference. */
const MAX_REPOSITORY = 255;
const MAX_REFERENCE = 600;
const DIGEST_CHARACTERS = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

const HOST_PART = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const DOMAIN = new RegExp(`^(?:\\[[0-9a-fA-F:.]+\\]|${HOST_PART}(?:\\.${HOST_PART})*)(?::[0-9]+)?$`);
const PATH_PART = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;

/** Docker's whole grammar: `[domain[:port]/]path[:tag][@digest]`. */
export function parseImage(input: unknown): Parsed<ImageReference> {
  if (typeof input !== 'string' || input === '') return refused('must be an image reference, such as "nginx:1.27"');
  if (input.length > MAX_REFERENCE) return refused(`must have at most ${MAX_REFERENCE} characters`);
  const [named, digest] = splitOnce(input, input.indexOf('@'));
  const colon = named.lastIndexOf(':');
  const [repository, tag] = splitOnce(named, colon > named.lastIndexOf('/') ? colon : -1);
  const { domain, path } = splitRepository(repository);
  const complaint = repositoryProblem(repository, domain, path) ?? tagProblem(tag) ?? digestProblem(digest);
  return complaint === undefined ? accepted({ domain, path, tag, digest }) : refused(complaint);
}

/** The reference written out: two spellings of one image are the same text. */
export function normalImage({ domain, path, tag, digest }: ImageReference): string {
  const name = `${domain}/${path}`;
  if (digest !== undefined) return tag === undefined ? `${name}@${digest}` : `${name}:${tag}@${digest}`;
  return `${name}:${tag ?? 'latest'}`;
}

const splitOnce = (text: string, at: number): [string, string | undefined] =>
  at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];

/** As Docker tells a registry from the first part of a path. */
function splitRepository(repository: string): { domain: string; path: string } {
  const [first, rest] = splitOnce(repository, repository.indexOf('/'));
  const isDomain = /[.:]/.test(first) || first === 'localhost';
  const [domain, path] = rest !== undefined && isDomain ? [first, rest] : ['docker.io', repository];
  if (domain !== 'docker.io' && domain !== 'index.docker.io') return { domain, path };
  return { domain: 'docker.io', path: path.includes('/') ? path : `library/${path}` };
}

function repositoryProblem(repository: string, domain: string, path: string): string | undefined {
  if (`${domain}/${path}`.length > MAX_REPOSITORY)
    return `must have at most ${MAX_REPOSITORY} characters before tag and digest`;
  if (!DOMAIN.test(domain)) return 'has a registry that is not a host name with an optional port';
  if (/^[0-9a-f]{64}$/.test(repository)) return 'is an id; it must be a name';
  return path.split('/').every((part) => PATH_PART.test(part))
    ? undefined
    : "must name a repository: lower-case letters and digits, with '.', '_' or '-' between them, in parts divided by '/'";
}

const tagProblem = (tag: string | undefined): string | undefined =>
  tag === undefined || TAG.test(tag)
    ? undefined
    : "has a tag that is not 1 to 128 letters, digits, '_', '.' and '-' (the first neither '.' nor '-')";

function digestProblem(digest: string | undefined): string | undefined {
  if (digest === undefined) return undefined;
  const [algorithm, hex = ''] = splitOnce(digest, digest.indexOf(':'));
  return /^[0-9a-f]+$/.test(hex) && hex.length === DIGEST_CHARACTERS.get(algorithm)
    ? undefined
    : 'has a digest that is not "sha256:" and 64 hexadecimal digits (or sha384, sha512 with theirs)';
}
