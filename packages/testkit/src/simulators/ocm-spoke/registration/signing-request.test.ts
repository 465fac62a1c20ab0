import { expect, test } from 'vitest'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readCertificateRequest } from '../../../certificates/certificate-request.ts'
import { newSigningRequest } from './signing-request.ts'

test('a request says who, is signed by its key, and has its groups in one sorted set', () => {
  const organizations = ['system:open-cluster-management:addon:a', 'system:authenticated', 'ünïcode']
  const { request, key } = newSigningRequest({ commonName: 'agent', organizations }, [
    'a.addon.open-cluster-management.io',
  ])
  const read = readCertificateRequest(request)
  expect(read.subject.commonName).toBe('agent')
  expect([...read.subject.organizations].sort()).toEqual([...organizations].sort())
  expect(read.subject.organizations).toContain('system:authenticated')
  const own = createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'pem' })
  expect(read.publicKey.export({ type: 'spki', format: 'pem' })).toBe(own)
})
