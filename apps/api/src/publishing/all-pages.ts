import type { Generation } from '@nebula/domain';
import type { GenerationStore } from '@nebula/store';

const PAGE = 500;

/** Everything that lives, by name, a page at a time: each is the newest at the moment its page is read. */
export async function* allPages<G extends Generation>(store: GenerationStore<G>): AsyncGenerator<G> {
  let after: string | undefined;
  do {
    const page: G[] = await store.list({ limit: PAGE, ...(after !== undefined && { after }) });
    yield* page;
    after = page.length < PAGE ? undefined : page.at(-1)?.name;
  } while (after !== undefined);
}
