import { parseArgs } from 'node:util';

export type StoreKind = 'ferretdb' | 'quick';

export interface SimOptions {
  hosts: number;
  hostsPerProcess: number;
  store: StoreKind;
  apis: number;
  /** Changes that are measured with each number of hosts. */
  changes: number;
  /** Between two reports of a host at which nothing happens. */
  reportIntervalSeconds: number;
  heartbeatSeconds: number;
  /** Where figures are left for programs. */
  json?: string;
}

/** Fewer hosts than this make no fleet that a change could be compared with: that many are the small one. */
export const SMALL = 5;

export const DEFAULTS: SimOptions = {
  hosts: 500,
  hostsPerProcess: 500,
  store: 'ferretdb',
  apis: 1,
  changes: 10,
  reportIntervalSeconds: 15,
  heartbeatSeconds: 5,
};

/** @throws Error that a person can act on */
export function simOptionsOf(args: readonly string[]): SimOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      hosts: text,
      'hosts-per-process': text,
      store: text,
      apis: text,
      changes: text,
      'report-interval': text,
      heartbeat: text,
      json: text,
    },
  });
  const number = (name: Exclude<keyof typeof values, 'store' | 'json'>, otherwise: number, least: number): number => {
    const given = values[name] ?? String(otherwise);
    if (/^\d{1,6}$/.test(given) && Number(given) >= least) return Number(given);
    throw new Error(`--${name} must be a whole number of at least ${least}, not ${given}`);
  };
  const { store = DEFAULTS.store } = values;
  if (store !== 'ferretdb' && store !== 'quick') throw new Error(`--store must be ferretdb or quick, not ${store}`);
  return {
    hosts: number('hosts', DEFAULTS.hosts, 2 * SMALL),
    hostsPerProcess: number('hosts-per-process', DEFAULTS.hostsPerProcess, 1),
    store,
    apis: number('apis', DEFAULTS.apis, 1),
    changes: number('changes', DEFAULTS.changes, 1),
    reportIntervalSeconds: number('report-interval', DEFAULTS.reportIntervalSeconds, 1),
    heartbeatSeconds: number('heartbeat', DEFAULTS.heartbeatSeconds, 1),
    ...(values.json !== undefined && { json: values.json }),
  };
}
