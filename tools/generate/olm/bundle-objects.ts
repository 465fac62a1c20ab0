import { mirrorPeerCrd } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { HubReference } from '../../reference/hub-reference.ts'
import { alertRule } from '../monitoring/alert-rule.ts'
import { openshiftPrometheusRights, serviceMonitors } from '../monitoring/monitoring-objects.ts'
import { components, everything } from '../names.ts'
import { hubController } from '../objects/hub-controller.ts'
import { webhook } from '../objects/webhook.ts'
import type { ServiceFacts } from '../service-facts.ts'

/** Of what a ClusterServiceVersion says: OLM makes it from there. */
const fromCsv = new Set(['ServiceAccount', 'Deployment'])

/** Of the services' objects, those that OLM makes nowhere from. The webhook's Service it makes itself, with a name of its own. */
const beside = (objects: readonly object[]): readonly KubeObject[] =>
  (objects as readonly KubeObject[]).filter(
    ({ kind = '', metadata }) =>
      !fromCsv.has(kind) && !(kind === 'Service' && metadata.name === components.webhook),
  )

/**
 * Everything in a bundle besides its ClusterServiceVersion. OLM puts it into the namespace of the installation: none is named.
 */
export const bundleObjects = (facts: ServiceFacts, hub: HubReference): readonly KubeObject[] =>
  [
    mirrorPeerCrd,
    ...beside(hubController),
    ...beside(webhook),
    ...(serviceMonitors as readonly KubeObject[]),
    alertRule(facts, hub) as KubeObject,
    ...(openshiftPrometheusRights as readonly KubeObject[]),
  ].map(({ apiVersion, kind, metadata: { namespace: _anywhere, ...metadata }, ...fields }) => ({
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    metadata: { ...metadata, labels: { ...metadata.labels, ...everything } },
    ...fields,
  }))

/** `odfmo-webhook-metrics.service.yaml` */
export const objectFile = ({ kind = '', metadata: { name = '' } }: KubeObject): string =>
  `${name}.${kind.toLowerCase()}.yaml`
