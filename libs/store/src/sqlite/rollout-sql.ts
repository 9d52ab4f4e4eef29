/**
 * Known hosts that should have the app. Each of the three ways has its index, so the cost is in the hosts concerned,
 * not in the fleet.
 */
const CONCERNED = `
  SELECT id, last_heard_at FROM host WHERE every_app = 1
  UNION
  SELECT h.id, h.last_heard_at FROM host_list l CROSS JOIN host h ON h.id = l.host WHERE l.app = :app
  UNION
  SELECT id, last_heard_at FROM host WHERE device_group IN (SELECT value FROM json_each(:groups))`;

/** The same of one host, `h`. */
const IS_CONCERNED = `(h.every_app = 1 OR h.device_group IN (SELECT value FROM json_each(:groups))
          OR EXISTS (SELECT 1 FROM host_list l WHERE l.app = :app AND l.host = h.id))`;

export const ROLLOUT_SQL = {
  /** A state that this version does not know counts as converging: it is not known to be an end. */
  counts: `/* by host_on_every_app, host_of_group, PRIMARY KEY */
    SELECT CASE
      WHEN c.last_heard_at < :silentBefore THEN 'silent'
      WHEN coalesce(a.generation, -1) < :generation THEN 'converging'
      WHEN a.state IN ('converged', 'waiting', 'failed') THEN a.state
      ELSE 'converging' END AS verdict, count(*) AS hosts
    FROM (${CONCERNED}) c LEFT JOIN host_app a ON a.app = :app AND a.host = c.id
    GROUP BY verdict`,

  /** What is leaving a host is part of its group's change too: the change ends when that is gone. */
  groupCounts: `/* by host_of_group, host_app_by_host */
    SELECT CASE
      WHEN last_heard_at < :silentBefore THEN 'silent'
      WHEN group_generation < :generation OR listed < :apps OR converging > 0 THEN 'converging'
      WHEN failed > 0 THEN 'failed'
      WHEN waiting > 0 THEN 'waiting'
      ELSE 'converged' END AS verdict, count(*) AS hosts
    FROM (
      SELECT h.last_heard_at, h.group_generation, count(CASE WHEN a.leaving = 0 THEN 1 END) AS listed,
        count(CASE WHEN a.state NOT IN ('converged', 'waiting', 'failed') THEN 1 END) AS converging,
        count(CASE WHEN a.state = 'failed' THEN 1 END) AS failed,
        count(CASE WHEN a.state = 'waiting' THEN 1 END) AS waiting
      FROM host h LEFT JOIN host_app a
        ON a.host = h.id AND (a.leaving = 1 OR a.app IN (SELECT value FROM json_each(:names)))
      WHERE h.device_group = :group GROUP BY h.id
    )
    GROUP BY verdict`,

  /** Walks the failing rows of the app alone, and takes those that `counts` calls failed. */
  failures: `/* by host_app_unfinished, PRIMARY KEY */
    SELECT f.reason, f.hosts, f.host, f.generation, t.error, t.until, t.container, t.log
    FROM (
      SELECT coalesce(a.reason, 'unknown') AS reason, a.host, a.app, a.generation,
        count(*) OVER (PARTITION BY a.reason) AS hosts,
        row_number() OVER (PARTITION BY a.reason ORDER BY a.host) AS place
      FROM host_app a CROSS JOIN host h ON h.id = a.host
      WHERE a.app = :app AND a.state <> 'converged' AND a.state = 'failed' AND a.generation >= :generation
        AND h.last_heard_at >= :silentBefore AND ${IS_CONCERNED}
    ) f LEFT JOIN trouble t ON t.app = f.app AND t.host = f.host
    WHERE f.place <= max(1, :examples)
    ORDER BY f.hosts DESC, f.reason, f.host`,

  warnings: `/* by PRIMARY KEY */
    SELECT f.text, f.hosts, f.host
    FROM (
      SELECT w.text, w.host, count(*) OVER (PARTITION BY w.text) AS hosts,
        row_number() OVER (PARTITION BY w.text ORDER BY w.host) AS place
      FROM warning w CROSS JOIN host h ON h.id = w.host
      WHERE w.app = :app AND h.last_heard_at >= :silentBefore AND ${IS_CONCERNED}
    ) f
    WHERE f.place <= max(1, :examples)
    ORDER BY f.hosts DESC, f.text, f.host`,
} as const;
