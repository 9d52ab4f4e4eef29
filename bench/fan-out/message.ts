import type { AppMessage, Envelope } from '@nebula/domain';

export const INSTALLATION = 'bench';
export const GROUP = 'fleet';
const APP = 'web';
/** Whom a host of the group hears. */
export const AUDIENCE = { all: false, names: [], group: GROUP };

const VARIABLES = 40;
const AT = '2026-01-01T00:00:00.000Z';

/** An app's message of about 2 kB, as one of an app with some forty variables is. */
export const MESSAGE: Envelope<AppMessage> = {
  v: 1,
  installation: INSTALLATION,
  store: '0123456789abcdef0123456789abcdef',
  body: {
    app: {
      name: APP,
      generation: 1,
      deleted: false,
      spec: {
        name: APP,
        image: 'registry.example/team/web:1.27.3',
        ports: [{ host: 8080, container: 80, protocol: 'tcp' }],
        env: Object.fromEntries(
          Array.from({ length: VARIABLES }, (_, index) => [`VARIABLE_${index}`, `a value of some length, ${index}`]),
        ),
      },
      createdAt: AT,
      updatedAt: AT,
      actor: 'nebula',
      bornAt: 1,
      restartedAt: 0,
      pulledAt: 0,
    },
  },
};
