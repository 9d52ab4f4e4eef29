import { textsByName } from '../../parse/parsed';
import { LABELS } from '../../labels';

const OURS: string[] = [LABELS.appName, LABELS.orchestrator];

/** What Nebula says of its containers is not for owners to write. */
export const parseLabels = textsByName((name) => {
  if (name === '') return 'must have a name';
  return name.startsWith('nebula.') || OURS.includes(name) ? "is one of Nebula's own labels" : undefined;
});
