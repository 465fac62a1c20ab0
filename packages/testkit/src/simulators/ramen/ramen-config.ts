import { parse, stringify } from 'yaml'
import { listAt, recordAt, textAt } from '../../kube-object.ts'

/** Ramen's ConfigMap on the hub and its one key. */
export const ramenConfigMapName = 'ramen-hub-operator-config'
export const ramenConfigKey = 'ramen_manager_config.yaml'

/** Ramen's configuration as its operator ships it: no S3 profile yet. */
export const newRamenConfig = `MaxConcurrentReconciles: 50
apiVersion: ramendr.openshift.io/v1alpha1
drClusterOperator:
  catalogSourceName: redhat-operators
  catalogSourceNamespaceName: openshift-marketplace
  channelName: stable-4.12
  clusterServiceVersionName: odr-cluster-operator.v4.12.0
  deploymentAutomationEnabled: true
  namespaceName: openshift-dr-system
  packageName: odr-cluster-operator
  s3SecretDistributionEnabled: true
health:
  healthProbeBindAddress: :8081
kind: RamenConfig
kubeObjectProtection: {}
leaderElection:
  leaderElect: true
  leaseDuration: 0s
  renewDeadline: 0s
  resourceLock: ""
  resourceName: hub.ramendr.openshift.io
  resourceNamespace: ""
  retryPeriod: 0s
metrics:
  bindAddress: 127.0.0.1:9289
ramenControllerType: dr-hub
s3StoreProfiles: []
volSync: {}
webhook:
  port: 9443
`

export interface S3Profile {
  readonly name: string
  readonly secretName: string
}

/** The S3 profiles of a configuration; none in a text that is no YAML. */
export const s3Profiles = (text: string): S3Profile[] => {
  try {
    return listAt(parse(text), 's3StoreProfiles').map((profile) => ({
      name: textAt(profile, 's3ProfileName'),
      secretName: textAt(recordAt(profile, 's3SecretRef'), 'name'),
    }))
  } catch {
    return []
  }
}

/** What Ramen makes of its configuration when it writes it at start: its own fields, printed its own way, no profiles. */
export const rewrittenConfig = (text: string): string => {
  const config = recordAt({ config: parse(text) as unknown }, 'config')
  return stringify({ ...config, s3StoreProfiles: [] }, { lineWidth: 0, sortMapEntries: true })
}
