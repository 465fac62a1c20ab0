import type { PeerRef } from '@odfmo/api-types'
import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { namingCases, namingTables } from '../test/vectors.ts'
import { hubSecretName, s3SecretName } from './hub-secret-name.ts'

interface Parts {
  readonly clusterName: string
  readonly storageClusterNamespace: string
  readonly storageClusterName: string
}

const refOf = ({ clusterName, storageClusterNamespace, storageClusterName }: Parts): PeerRef => ({
  clusterName,
  storageClusterRef: { name: storageClusterName, namespace: storageClusterNamespace },
})

describe('hubSecretName and s3SecretName', () => {
  it.each(namingTables.hubSecretName)('are the original’s for %o', (parts) => {
    expect(hubSecretName(refOf(parts))).toBe(parts.name)
    expect(s3SecretName(refOf(parts))).toBe(parts.s3Name)
  })

  it.each(namingCases<Parts, { hubSecret: string; s3Secret: string }>('hub-secret'))(
    '$id: $title',
    ({ input, expected }) => {
      expect(hubSecretName(refOf(input))).toBe(expected.hubSecret)
      expect(s3SecretName(refOf(input))).toBe(expected.s3Secret)
    },
  )

  it('hash UTF-8 bytes as another implementation does, lone surrogates as U+FFFD', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, text, (clusterName, namespace, name) => {
        const wanted = (...parts: string[]): string =>
          createHash('sha512')
            .update(Buffer.from(parts.join('-'), 'utf8'))
            .digest('hex')
            .slice(0, 39)
        const ref = { clusterName, storageClusterRef: { name, namespace } }
        expect(hubSecretName(ref)).toBe(wanted(clusterName, namespace, name))
        expect(s3SecretName(ref)).toBe(wanted('s3profile', clusterName, namespace, name))
      }),
    )
    const ref = (clusterName: string): PeerRef => ({
      clusterName,
      storageClusterRef: { name: 'a', namespace: 'b' },
    })
    expect(hubSecretName(ref('\ud800'))).toBe(hubSecretName(ref('\ufffd')))
  })

  it('say which part of the peer ref is missing', () => {
    const broken = { clusterName: 'c', storageClusterRef: { name: 'n' } } as unknown as PeerRef
    const message = 'ref.storageClusterRef.namespace: expected a string, got undefined'
    expect(() => hubSecretName(broken)).toThrow(message)
    expect(() => s3SecretName(broken)).toThrow(message)
    expect(() => hubSecretName(undefined as unknown as PeerRef)).toThrow('ref.clusterName')
  })
})
