import { apiVersionOf, contract, kinds, type Service } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { consoleKey, type ConsolePlace } from './console-place.ts'

const { console: names, annotation } = contract
const marks = { [names.label]: names.name }

/** The Service in front of the console, with what OpenShift needs to give it a serving certificate. */
export const consoleService = ({ namespace, port }: ConsolePlace): Service => ({
  apiVersion: apiVersionOf(kinds.Service),
  kind: kinds.Service.kind,
  metadata: {
    ...consoleKey(namespace),
    labels: marks,
    annotations: { [annotation.servingCertSecretName]: names.servingCertSecret },
  },
  spec: {
    type: 'ClusterIP',
    ports: [{ name: names.portName, protocol: 'TCP', port, targetPort: port }],
    selector: marks,
  },
})

/**
 * Whether a Service of that name is the console's: the original's or ours, even if somebody took its label off. One in which
 * label, selector and annotation all say something else is somebody's own.
 */
export const isConsoleService = ({ metadata, spec }: DeepReadonly<Service>): boolean =>
  metadata.labels?.[names.label] === names.name ||
  spec?.selector?.[names.label] === names.name ||
  metadata.annotations?.[annotation.servingCertSecretName] === names.servingCertSecret
