/** An absolute path without '.', '..', doubled or trailing slashes, as Docker cleans it; undefined: it is not absolute. */
export function cleanPath(path: string | undefined): string | undefined {
  if (!path?.startsWith('/')) return undefined;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A place in the container to mount something: any absolute path but its root. */
export function mountPoint(path: string | undefined): string | undefined {
  const clean = cleanPath(path);
  return clean === '/' ? undefined : clean;
}
