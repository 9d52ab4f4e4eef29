/** What the first schema left in a database: never edited, every later version reads it. */
export const FIRST_SCHEMA: Record<string, Record<string, unknown>[]> = {
  meta: [
    { _id: 'schema\u00011', kind: 'schema', number: 1, value: '2026-11-22T00:00:00.000Z' },
    {
      _id: 'identity\u00010000000000000001',
      kind: 'identity',
      number: 1,
      value: '8f0c3a52-1f0e-4d0b-9a51-0c4f6c1d2e3f',
    },
  ],
  apps: [
    {
      _id: 'web\u00010000000000000001',
      name: 'web',
      generation: 1,
      deleted: false,
      newest: true,
      published: false,
      stored: 1795305600000,
      write: '0b0e1c53-9f6e-4a43-a0c6-1d5ad4f5a001',
      document:
        '{"name":"web","generation":1,"deleted":false,"createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.678Z","actor":"nebula","spec":{"name":"web","image":"web:1"},"bornAt":1,"restartedAt":0,"pulledAt":0}',
    },
  ],
  device_groups: [
    {
      _id: 'edge\u00010000000000000001',
      name: 'edge',
      generation: 1,
      deleted: false,
      newest: true,
      published: true,
      apps: ['web'],
      stored: 1795305600001,
      write: '0b0e1c53-9f6e-4a43-a0c6-1d5ad4f5a002',
      document:
        '{"name":"edge","generation":1,"deleted":false,"createdAt":"2026-01-02T03:04:05.678Z","updatedAt":"2026-01-02T03:04:05.678Z","actor":"nebula","apps":["web"]}',
    },
  ],
  hosts: [
    {
      _id: 'h1',
      revision: 3,
      start: 'first',
      count: 3,
      superseded: '',
      every: false,
      group: 'edge',
      groupGeneration: 1,
      names: [],
      firstHeardAt: 1795305600000,
      lastHeardAt: 1795305660000,
      said: '{"selection":{"all":false,"names":[],"group":"edge"},"groupGeneration":1,"store":"s","workerVersion":"3.0.0","problems":[]}',
      rows: '[{"app":"web","generation":1,"state":"failed","reason":"exited","containers":"c","trouble":"t","detail":"h1\\u0001web\\u0001d"}]',
      has: ['web'],
      open: ['web'],
      says: ['web\u0001failed\u00010000000000000001'],
      failing: ['web\u0001exited'],
      busy: ['web\u0001failed'],
      leaving: [],
    },
  ],
  host_apps: [
    {
      _id: 'h1\u0001web\u0001d',
      host: 'h1',
      app: 'web',
      at: 1795305660000,
      kinds: ['', 'state\u0001exited'],
      containers:
        '[{"id":"1","name":"web-1","ordinal":1,"state":"exited","image":"web:1","imageId":"sha256:1","generation":1,"ports":[],"restartCount":2}]',
      trouble: '{"error":"e"}',
    },
  ],
};
