import type { ObservedLimits } from '../observed';
import { asNumber, asRecord, asText, type Raw } from './raw';

/** Those of `docker update` that we never set; -1 is Docker's "none" for some of them. */
const NUMBERS = [
  'BlkioWeight',
  'CpuPeriod',
  'CpuQuota',
  'CpuRealtimePeriod',
  'CpuRealtimeRuntime',
  'CpuShares',
  'KernelMemory',
  'MemoryReservation',
  'PidsLimit',
];
const TEXTS = ['CpusetCpus', 'CpusetMems'];

export function toLimits(hostConfig: Raw): ObservedLimits {
  const memory = asNumber(hostConfig.Memory);
  const others = [
    ...NUMBERS.filter((name) => asNumber(hostConfig[name]) > 0),
    ...TEXTS.filter((name) => asText(hostConfig[name]) !== ''),
  ];
  if (!isUsualSwap(asNumber(hostConfig.MemorySwap), memory)) others.push('MemorySwap');
  return {
    nanoCpus: asNumber(hostConfig.NanoCpus),
    memory,
    restartPolicy: asText(asRecord(hostConfig.RestartPolicy).Name) || 'no',
    others: others.sort(),
  };
}

/** Docker sets twice the memory by itself, and 0 or -1 where the kernel can't limit swap. */
function isUsualSwap(swap: number, memory: number): boolean {
  return swap <= 0 || (memory > 0 && swap === 2 * memory);
}
