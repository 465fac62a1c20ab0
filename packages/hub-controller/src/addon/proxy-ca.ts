import { createHash } from 'node:crypto'
import type { ConfigMap, EnvVar, Volume, VolumeMount } from '@odfmo/api-types'
import { spokeNames } from './agent-names.ts'
import type { DeploymentConfig } from './deployment-config.ts'

/** What the proxy's own authority adds to the agent's manifests. */
export interface ProxyCa {
  readonly configMap: ConfigMap
  readonly volume: Volume
  readonly volumeMount: VolumeMount
  readonly env: EnvVar
  /** On the pod: the file is read at start, so a new bundle must be a new pod. */
  readonly annotations: Readonly<Record<string, string>>
}

const file = 'ca-bundle.crt'
const directory = '/etc/proxy-ca'

/** The authorities that a configuration's proxy is checked by; undefined when it names none. */
export const proxyCa = ({ proxyConfig }: DeploymentConfig, namespace: string): ProxyCa | undefined => {
  const { caBundle = '' } = proxyConfig ?? {}
  if (caBundle === '') return undefined
  const name = `${spokeNames.deployment}-proxy-ca`
  const hash = createHash('sha256').update(caBundle).digest('hex')
  return {
    configMap: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
      data: { [file]: Buffer.from(caBundle, 'base64').toString('utf8') },
    },
    volume: { name: 'proxy-ca', configMap: { name } },
    volumeMount: { name: 'proxy-ca', mountPath: directory, readOnly: true },
    env: { name: 'NODE_EXTRA_CA_CERTS', value: `${directory}/${file}` },
    annotations: { 'multicluster.odf.openshift.io/proxy-ca-hash': hash.slice(0, 16) },
  }
}
