import { type AppReport, cutText, LIMITS } from '@nebula/domain';

/** Those of a report, each once, in bounds whatever a host sends: hosts are counted by them. One line each. */
export function warningsOf({ warnings = [] }: AppReport): string[] {
  const texts = warnings.map((text) => cutText(text.replace(/\p{Cc}+/gu, ' '), LIMITS.warningText));
  return [...new Set(texts)].slice(0, LIMITS.warnings);
}
