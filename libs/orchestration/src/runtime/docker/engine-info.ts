import type Docker from 'dockerode';
import type { EngineAnswer } from '../observed';
import { asNumber, asRecord, asText, type Raw } from './raw';

/** dockerode takes the options; its types forgot them. */
interface WithInfoOptions {
  info(options: { abortSignal: AbortSignal }): Promise<unknown>;
}

export async function engineInfo(docker: Docker, abortSignal: AbortSignal): Promise<Raw> {
  return asRecord(await (docker as unknown as WithInfoOptions).info({ abortSignal }));
}

export function toEngineAnswer(raw: Raw): EngineAnswer {
  const time = Date.parse(asText(raw.SystemTime));
  return {
    engine: {
      id: asText(raw.ID),
      name: asText(raw.Name),
      version: asText(raw.ServerVersion),
      cpus: Math.max(1, asNumber(raw.NCPU)),
      memoryBytes: asNumber(raw.MemTotal),
    },
    // One that does not tell is on this machine, nearly always.
    time: Number.isNaN(time) ? Date.now() : time,
  };
}
