import { markdownTable } from '../markdown-table';
import type { Outcome } from './round';

/** How long each kind took, over all times that it struck. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const steps = [...new Set(outcomes.map(({ step }) => step))].sort();
  const rows = steps.map((step) => {
    const its = outcomes.filter((outcome) => outcome.step === step);
    const longest = (field: 'convergedMs' | 'toldMs') => Math.max(...its.map((outcome) => outcome[field])) / 1000;
    return [step, String(its.length), longest('convergedMs').toFixed(1), longest('toldMs').toFixed(1)];
  });
  return `${markdownTable(['fault', 'times', 'converged, s', 'told, s'], rows).join('\n')}\n`;
}
