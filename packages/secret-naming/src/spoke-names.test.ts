import { describe, expect, it } from 'vitest'
import { namingCases } from '../test/vectors.ts'
import { peerTokenSecretName, s3ProfileName } from './spoke-names.ts'

interface Input {
  readonly clusterName: string
  readonly storageClusterName: string
}

describe('s3ProfileName and peerTokenSecretName', () => {
  it.each(namingCases<Input, { s3ProfileName: string; peerTokenSecret: string }>('s3-profile'))(
    '$id: $title',
    ({ input: { clusterName, storageClusterName: name }, expected }) => {
      expect(s3ProfileName({ clusterName, storageClusterRef: { name, namespace: 'any' } })).toBe(
        expected.s3ProfileName,
      )
      expect(peerTokenSecretName(name)).toBe(expected.peerTokenSecret)
    },
  )
})
