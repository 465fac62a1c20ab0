import type { DRCluster } from '@odfmo/api-types'
import type { NewCondition } from '../../access/conditions.ts'
import type { S3Profile } from './ramen-config.ts'

/** Ramen's judgement of a DRCluster: its S3 profile is configured, and the profile's secret exists. */
export const validated = (
  { spec, metadata }: Pick<DRCluster, 'spec' | 'metadata'>,
  profiles: readonly S3Profile[],
  hasSecret: (name: string) => boolean,
): NewCondition => {
  const type = 'Validated'
  const observedGeneration = metadata.generation ?? 0
  const wanted = spec?.s3ProfileName ?? ''
  const profile = profiles.find(({ name }) => name === wanted)
  if (profile === undefined) {
    const message = `failed to get profile ${wanted}: s3 profile ${wanted} not found in RamenConfig`
    return { type, status: 'False', reason: 's3ConnectionFailed', message, observedGeneration }
  }
  if (!hasSecret(profile.secretName)) {
    const message = `failed to get secret ${profile.secretName} of s3 profile ${wanted}`
    return { type, status: 'False', reason: 's3ConnectionFailed', message, observedGeneration }
  }
  return { type, status: 'True', reason: 'Succeeded', message: 'Validated the cluster', observedGeneration }
}
