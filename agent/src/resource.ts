import type { Attributes } from '@opentelemetry/api';
import {
  defaultResource,
  detectResources,
  hostDetector,
  osDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { v5 as uuidv5 } from 'uuid';
import { AGENT_VERSION } from './version.js';

/** The namespace that the semantic conventions give for a `service.instance.id` derived from a host's own id. */
const INSTANCE_ID_NAMESPACE = '4d63009a-8d0f-11ee-aad7-4c796ed8e320';

const DETECTED = ['host.name', 'host.id', 'os.type'];

/**
 * Who sends: service, host and operating system, then what the configuration adds, which wins. `service.instance.id` is
 * derived from the host's id, so that it survives restarts.
 */
export async function agentResource(added: Attributes): Promise<Resource> {
  const attributes: Attributes = {
    'service.name': 'scout-agent',
    'service.version': AGENT_VERSION,
    ...(await detectHost()),
    ...added,
  };
  const instance = uuidv5(hostIdentity(attributes), INSTANCE_ID_NAMESPACE);
  return defaultResource().merge(resourceFromAttributes({ 'service.instance.id': instance, ...attributes }));
}

/** What tells this host from others and stays the same over restarts. */
export function hostIdentity(attributes: Attributes): string {
  return String(attributes['host.id'] ?? attributes['host.name'] ?? '');
}

/** Without /etc/machine-id, as in most containers, there is no `host.id`. */
async function detectHost(): Promise<Attributes> {
  const detected = detectResources({ detectors: [hostDetector, osDetector] });
  await detected.waitForAsyncAttributes?.();
  return Object.fromEntries(
    Object.entries(detected.attributes).filter(
      ([key, value]) => DETECTED.includes(key) && value !== undefined && value !== '',
    ),
  );
}
