import type { Config } from '@nebula/config';
import type { ApiOptions } from './api-options';

/** What the api is told, out of the configuration. */
export const apiOptionsOf = (config: Config, password: string): ApiOptions => ({
  installation: config.INSTALLATION,
  basicAuthUser: config.BASIC_AUTH_USER,
  basicAuthPassword: password,
  authToken: config.AUTH_TOKEN,
  reportIntervalSeconds: config.REPORT_INTERVAL_SECONDS,
  digestIntervalSeconds: config.DIGEST_INTERVAL_SECONDS,
});
