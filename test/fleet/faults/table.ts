import type { Outcome } from './round';

/** How long each kind took, over all times that it struck. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const steps = [...new Set(outcomes.map(({ step }) => step))].sort();
  const rows = steps.map((step) => {
    const its = outcomes.filter((outcome) => outcome.step === step);
    const longest = (field: 'convergedMs' | 'toldMs') => Math.max(...its.map((outcome) => outcome[field])) / 1000;
    return `| ${step} | ${its.length} | ${longest('convergedMs').toFixed(1)} | ${longest('toldMs').toFixed(1)} |\n`;
  });
  return ['| fault | times | converged, s | told, s |\n| --- | --- | --- | --- |\n', ...rows].join('');
}
