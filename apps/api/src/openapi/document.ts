import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { AppSpec, DeviceGroupSpec, PortMapping } from '@nebula/domain';
import { ProblemDetails } from '../problem/problem.dto';
import { polish } from './polish';

const ABOUT =
  `Nebula runs containers on very many Docker hosts: one call changes an app, every host makes its own Docker
Engine match. Changes are accepted durably and answered at once; \`wait\` answers when hosts have followed. Every error is
problem details (RFC 9457).`.replaceAll('\n', ' ');

/** The api's own description, as OpenAPI 3.0.3. Complete only in what the build made: its plugin reads types and comments. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Nebula')
    .setDescription(ABOUT)
    .setVersion('3')
    .setLicense('GPL-3.0-only', 'https://www.gnu.org/licenses/gpl-3.0.html')
    .setOpenAPIVersion('3.0.3')
    .addServer('/', 'This server')
    .addTag('apps', 'Named descriptions of containers')
    .addTag('device-groups', 'Named lists of apps: a host runs the apps of its group')
    .addTag('hosts', 'Docker Engines with a worker each, as they were last heard of')
    .addTag('health', 'For probes; needs no credentials')
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'User and password of the configuration' }, 'basic')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'AUTH_TOKEN of the configuration' }, 'bearer')
    .addSecurityRequirements('basic')
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    // Methods of controllers are named for their operations.
    operationIdFactory: (_controller, method) => method,
    extraModels: [AppSpec, DeviceGroupSpec, PortMapping, ProblemDetails],
  });
  return polish(document);
}
