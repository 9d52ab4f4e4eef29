import {
  type App,
  type AppGeneration,
  type DomainError,
  parseAppSpec,
  resolveApp,
  unknownSetting,
} from '@nebula/domain';
import { Settings } from './settings';

/** An app as plans use it, or why this worker can't read it. */
export type ReadableApp = { app: App; settings: Settings } | { unreadable: string };

const read = new WeakMap<AppGeneration, ReadableApp>();

/** Reads a generation once, however often it is planned: generations never change. */
export function readApp(generation: AppGeneration): ReadableApp {
  const known = read.get(generation);
  if (known) return known;
  const readable = readAnew(generation);
  read.set(generation, readable);
  return readable;
}

function readAnew(generation: AppGeneration): ReadableApp {
  try {
    const unknown = unknownSetting(generation.spec ?? {});
    if (unknown !== undefined) {
      return { unreadable: `needs a newer worker: this one does not know the setting ${unknown}` };
    }
    return { app: resolveApp(parseAppSpec(generation.spec)), settings: new Settings(generation) };
  } catch (error) {
    // Whatever it is about this app, the others go on.
    const { message, problems = [] } = error as Error & Partial<DomainError>;
    const fields = problems.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ');
    return { unreadable: `needs a newer worker: this one does not understand ${fields || message}` };
  }
}
