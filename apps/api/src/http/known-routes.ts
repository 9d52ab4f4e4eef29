import type { Fastify } from './fastify';

/** Which methods each path takes: the router itself does not tell a wrong method from a wrong path. */
export class KnownRoutes {
  private readonly methods = new Map<string, Set<string>>();

  /** Must be called before the first route is made. */
  watch(fastify: Fastify): void {
    fastify.addHook('onRoute', (route) => {
      const known = this.methods.get(route.url) ?? new Set();
      for (const method of [route.method].flat()) known.add(method);
      this.methods.set(route.url, known);
    });
  }

  /** @returns the methods of a path, sorted; none: there is no such path */
  methodsOf(path: string): string[] {
    const found = new Set<string>();
    for (const [pattern, methods] of this.methods) {
      if (fits(pattern, path)) methods.forEach((method) => found.add(method));
    }
    return [...found].sort();
  }
}

function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return false;
  return wanted.every((part, i) => (part.startsWith(':') ? given[i] !== '' : part === given[i]));
}
