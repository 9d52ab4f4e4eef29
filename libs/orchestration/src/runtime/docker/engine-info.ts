import type Docker from 'dockerode';
import { asRecord, type Raw } from './raw';

/** dockerode takes the options; its types forgot them. */
interface WithInfoOptions {
  info(options: { abortSignal: AbortSignal }): Promise<unknown>;
}

export async function engineInfo(docker: Docker, abortSignal: AbortSignal): Promise<Raw> {
  return asRecord(await (docker as unknown as WithInfoOptions).info({ abortSignal }));
}
