/** With the states of the apps that it has something of: a deleted app that it is done with is nothing. */
const HOST_ROW = `
  SELECT id, said, first_heard_at, last_heard_at, (
    SELECT json_group_array(state) FROM host_app a
    WHERE a.host = h.id AND NOT (a.leaving = 1 AND a.state = 'converged')
  ) AS states FROM host h`;

/** Each query names the index that serves it; a test holds them to it. */
export const HOST_SQL = {
  host: `/* by PRIMARY KEY */
    SELECT id, start, count, last_heard_at, said FROM host WHERE id = :host`,
  forgottenHost: `/* by PRIMARY KEY */
    SELECT id, start, count, last_heard_at, said FROM forgotten_host WHERE id = :host`,
  rememberForgotten: `INSERT OR REPLACE INTO forgotten_host (id, start, count, last_heard_at, said, forgotten_at)
    SELECT id, start, count, last_heard_at, said, :at FROM host WHERE id = :host`,
  removeForgotten: `/* by forgotten_host_by_age */ DELETE FROM forgotten_host WHERE forgotten_at < :before`,
  addHost: `INSERT INTO host (id, start, count, every_app, device_group, group_generation,
      first_heard_at, last_heard_at, said)
    VALUES (:host, :start, :count, :everyApp, :group, :groupGeneration, :at, :at, :said)
    ON CONFLICT (id) DO UPDATE SET start = :start, count = :count, every_app = :everyApp, device_group = :group, group_generation = :groupGeneration, last_heard_at = :at,
      said = :said`,
  unlist: `/* by host_list_by_host */ DELETE FROM host_list WHERE host = :host`,
  enlist: `INSERT INTO host_list (app, host) SELECT DISTINCT value, :host FROM json_each(:names)`,
  appsOfHost: `/* by host_app_by_host */ SELECT app FROM host_app WHERE host = :host`,
  hostsSilentSince: `/* by host_by_age */
    SELECT id FROM host WHERE last_heard_at < :before ORDER BY last_heard_at, id LIMIT :limit`,
  removeHost: `/* by PRIMARY KEY */ DELETE FROM host WHERE id = :host`,
  removeApps: `/* by host_app_by_host */ DELETE FROM host_app WHERE host = :host`,
  removeTroubles: `/* by trouble_by_host */ DELETE FROM trouble WHERE host = :host`,
  removeContainers: `/* by PRIMARY KEY */ DELETE FROM container WHERE host = :host`,
  removeWarnings: `/* by warning_by_host */ DELETE FROM warning WHERE host = :host`,

  hosts: `/* by PRIMARY KEY, host_app_by_host */
    ${HOST_ROW} WHERE id > :after ORDER BY id LIMIT :limit`,
  hostsOfGroup: `/* by host_of_group, host_app_by_host */
    ${HOST_ROW} WHERE device_group = :group AND id > :after ORDER BY id LIMIT :limit`,
  oneHost: `/* by PRIMARY KEY, host_app_by_host */
    ${HOST_ROW} WHERE id = :host`,
  idsOfGroup: `/* by host_of_group */ SELECT id FROM host WHERE device_group = :group ORDER BY id LIMIT :limit`,
} as const;

export const HOST_APP_SQL = {
  app: `/* by PRIMARY KEY */
    SELECT a.app, a.generation, a.state, a.reason, a.leaving, t.error, t.until, t.container, t.log
    FROM host_app a LEFT JOIN trouble t ON t.app = a.app AND t.host = a.host WHERE a.app = :app AND a.host = :host`,
  putApp: `INSERT OR REPLACE INTO host_app (app, host, generation, state, reason, leaving)
    VALUES (:app, :host, :generation, :state, :reason, :leaving)`,
  putTrouble: `INSERT OR REPLACE INTO trouble (app, host, error, until, container, log)
    VALUES (:app, :host, :error, :until, :container, :log)`,
  removeApp: `/* by PRIMARY KEY */ DELETE FROM host_app WHERE app = :app AND host = :host`,
  removeTrouble: `/* by PRIMARY KEY */ DELETE FROM trouble WHERE app = :app AND host = :host`,
  containers: `/* by PRIMARY KEY */
    SELECT document FROM container WHERE host = :host AND app = :app ORDER BY ordinal, id`,
  removeContainers: `/* by PRIMARY KEY */ DELETE FROM container WHERE host = :host AND app = :app`,
  putContainer: `INSERT OR REPLACE INTO container (host, app, ordinal, id, state, health, document)
    VALUES (:host, :app, :ordinal, :id, :state, :health, :document)`,
  removeWarnings: `/* by warning_by_host */ DELETE FROM warning WHERE host = :host AND app = :app`,
  putWarning: `INSERT OR REPLACE INTO warning (app, text, host) VALUES (:app, :text, :host)`,
  unfinished: `/* by host_app_unfinished */
    SELECT 1 FROM host_app WHERE app = :app AND state <> 'converged' LIMIT 1`,
  contained: `/* by container_of_app */ SELECT 1 FROM container WHERE app = :app LIMIT 1`,
} as const;
