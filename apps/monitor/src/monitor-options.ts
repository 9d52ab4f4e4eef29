/** What the monitor is told by whoever runs it; its own injection token. */
export abstract class MonitorOptions {
  /** Reports of other installations are counted and not kept. */
  abstract readonly installation: string;
  /** Hours of silence after which a host is forgotten; 0: never. */
  abstract readonly forgetAfterHours: number;
}

/** Injection token of `() => Date`: ages are measured by the receiver's clock. */
export const NOW = Symbol('NOW');
export type Now = () => Date;
/** Injection token of `() => number`, 0 to 1: what spreads timers. */
export const RANDOM = Symbol('RANDOM');
export type Random = () => number;
