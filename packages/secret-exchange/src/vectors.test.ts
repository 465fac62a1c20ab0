import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { envelopeCases } from '../test/vectors.ts'
import { greenSecret } from './green-secret.ts'
import { ramenFsidSecret, ramenS3Profile, ramenS3Secret } from './ramen-secrets.ts'
import { rookHubSecret } from './rook-hub-secret.ts'
import { s3HubSecret } from './s3-hub-secret.ts'
import { decodeSecretData, encodeSecretData } from './secret-data.ts'
import { spokeSecret } from './spoke-secret.ts'
import {
  blueSecretProblems,
  externalSecretProblems,
  greenSecretProblems,
  s3SecretProblems,
} from './hub-secret-problems.ts'

const namespace = '<POD_NAMESPACE>'
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

describe('the secrets of converged storage', () => {
  it.each(envelopeCases('rook-converged'))('$id: $title', ({ input, expected }) => {
    const secretData = encodeSecretData(input.spokeSecret.data)
    expect(secretData).toBe(expected.secretData)
    expect(sha256(secretData)).toBe(expected.secretDataSha256)
    expect(decodeSecretData(secretData)).toEqual(input.spokeSecret.data)

    const blue = rookHubSecret({ ref: input.peerRef, secret: input.spokeSecret, external: false })
    expect(blue).toEqual(expected.hubSecret)
    expect(blueSecretProblems(blue)).toEqual([])
    const green = greenSecret({ blue, receiver: input.receiver })
    expect(green).toEqual(expected.greenSecret)
    expect(greenSecretProblems(green)).toEqual([])
    expect(spokeSecret(green)).toEqual(expected.receiverSpokeSecret)
  })
})

describe('the secrets of external Ceph', () => {
  it.each(envelopeCases('rook-external'))('$id: $title', ({ input, expected }) => {
    expect(sha256(encodeSecretData(input.spokeSecret.data))).toBe(expected.secretDataSha256)
    const internal = rookHubSecret({ ref: input.peerRef, secret: input.spokeSecret, external: true })
    expect(internal).toEqual(expected.hubSecret)
    expect(externalSecretProblems(internal, input.peerRef)).toEqual([])
    expect(ramenFsidSecret({ internal, namespace })).toEqual(expected.ramenNamespaceSecret)
  })
})

describe('the secrets of a bucket', () => {
  it.each(envelopeCases('s3'))('$id: $title', ({ input, expected }) => {
    const internal = s3HubSecret({
      ref: input.peerRef,
      secret: { data: input.claimSecretData },
      configMap: { data: input.claimConfigMapData },
      routeHost: input.routeHost,
    })
    expect(internal).toEqual(expected.hubSecret)
    expect(s3SecretProblems(internal, input.peerRef)).toEqual([])
    expect(ramenS3Secret({ internal, namespace })).toEqual(expected.ramenSecret)
    expect(ramenS3Profile(internal)).toEqual(expected.ramenProfile)
  })
})
