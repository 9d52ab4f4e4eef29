export { ApiModule } from './api.module';
export { ApiOptions } from './api-options';
export { apiAdapter, configureApi } from './configure-api';
export { apiOptionsOf } from './api-settings';
export { Stopping } from './health/stopping';
