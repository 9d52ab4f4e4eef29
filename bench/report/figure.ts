/** With three digits that count, and never in powers of ten. */
export function figure(value: number): string {
  if (value === 0 || Math.abs(value) >= 100) return String(Math.round(value));
  const decimals = Math.min(6, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.max(0, decimals));
}
