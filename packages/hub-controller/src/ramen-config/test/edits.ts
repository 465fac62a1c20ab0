import { editRamenConfig } from '../edit.ts'
import type { ProfileEdits } from '../plan.ts'
import type { S3Profile } from '../profile.ts'

/** A profile as the secret of a cluster's agent makes it. */
export const profile = (cluster: string, over: Partial<S3Profile> = {}): S3Profile => ({
  s3ProfileName: `s3profile-${cluster}-ocs-storagecluster`,
  s3Bucket: 'odrbucket-b1b922184baf',
  s3Region: 'noobaa',
  s3CompatibleEndpoint: `https://s3-openshift-storage.apps.${cluster}.example`,
  s3SecretRef: { name: `${cluster}hash` },
  ...over,
})

export const put = (...profiles: readonly S3Profile[]): ProfileEdits => ({
  put: profiles.map((one) => ({ profile: one, ours: new Set([one.s3SecretRef.name]) })),
  drop: [],
})

export const drop = (...profiles: readonly S3Profile[]): ProfileEdits => ({
  put: [],
  drop: profiles.map(({ s3ProfileName, s3SecretRef }) => ({ s3ProfileName, s3SecretName: s3SecretRef.name })),
})

/** The edited text; throws where it is left alone. */
export const edit = (text: string | undefined, edits: ProfileEdits): string => {
  const result = editRamenConfig(text, edits)
  if (result.is !== 'text') throw new Error(`${result.is}: ${result.message}`)
  return result.text
}
