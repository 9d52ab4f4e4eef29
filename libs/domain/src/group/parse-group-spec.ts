import { assertDocument } from '../parse/document';
import { malformed } from '../parse/malformed';
import { examine } from '../parse/noun';
import { DeviceGroupSpec } from './device-group-spec.noun';

/**
 * A document from outside as a device group. That its apps exist is the store's to say.
 * @throws DomainError (malformed) with every problem; never anything else
 */
export function parseGroupSpec(body: unknown): DeviceGroupSpec {
  assertDocument(body);
  const { admitted, problems } = examine(DeviceGroupSpec, body);
  if (problems.length > 0) throw malformed('invalid-group', 'The device group', problems);
  return admitted as DeviceGroupSpec;
}
