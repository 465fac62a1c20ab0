import { contract, type PeerRef } from '@odfmo/api-types'
import { s3ProfileName, s3SecretName } from '@odfmo/secret-naming'
import type { Expectation } from './expectation.ts'
import { at, textAt } from './seen.ts'

const { ramen, s3Key } = contract

/** What Ramen is given for one peer ref. */
export function ramenSteps(own: PeerRef, hubNamespace: string, manageS3: boolean): Expectation[] {
  return manageS3 ? [...profile(own, hubNamespace), drCluster(own)] : [drCluster(own)]
}

function profile(own: PeerRef, hubNamespace: string): Expectation[] {
  const onHub = { about: own.clusterName, cluster: 'hub', step: 'S3 profile' }
  const [name, secret] = [s3ProfileName(own), s3SecretName(own)]
  return [
    {
      ...onHub,
      object: `secrets ${hubNamespace}/${secret}`,
      why: 'manageS3: the keys that the profile refers to',
      shows: (seen) =>
        seen.get('hub', 'secrets', secret, hubNamespace) === undefined
          ? undefined
          : `keys ${s3Key.accessKeyId}, ${s3Key.secretAccessKey}`,
    },
    {
      ...onHub,
      object: `configmaps ${hubNamespace}/${ramen.configMap}`,
      why: 'manageS3: Ramen reads its S3 stores here',
      shows: (seen) => {
        const text = textAt(
          seen.get('hub', 'configmaps', ramen.configMap, hubNamespace),
          'data',
          ramen.configKey,
        )
        return text?.includes(`s3ProfileName: ${name}`) === true ? name : undefined
      },
    },
  ]
}

function drCluster(own: PeerRef): Expectation {
  const cluster = own.clusterName
  return {
    about: cluster,
    cluster: 'hub',
    step: 'DRCluster',
    object: `drclusters ${cluster}`,
    why: 'Ramen knows the cluster by its fsid and its S3 profile',
    shows: (seen) => {
      const live = seen.get('hub', 'drclusters', cluster)
      const region = textAt(live, 'spec', 'region')
      if (region === undefined || at(live, 'spec', 's3ProfileName') !== s3ProfileName(own)) return undefined
      return `region ${region}, ${s3ProfileName(own)}`
    },
  }
}
