import type { V1Deployment } from '@kubernetes/client-node'
import { contract } from '@odfmo/api-types'
import { consoleImage } from '../images.ts'

const { name, label, port, servingCertSecret } = contract.console
const labels = { [label]: name }
const mountPath = '/var/serving-cert'

/**
 * The multicluster console, by the name and the selector that it has in the original's bundle: OLM updates that Deployment in
 * place, and would take it away if this bundle had none. Its Service and its ConsolePlugin are made by the hub controller as
 * soon as this is there; then OpenShift makes the certificate that its pod waits for.
 */
export const consoleDeployment: V1Deployment = {
  metadata: { name, labels },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name,
            image: consoleImage,
            imagePullPolicy: 'IfNotPresent',
            ports: [{ containerPort: port, protocol: 'TCP' }],
            resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            volumeMounts: [{ name: servingCertSecret, mountPath, readOnly: true }],
          },
        ],
        volumes: [{ name: servingCertSecret, secret: { secretName: servingCertSecret } }],
      },
    },
  },
}
