import type { CertificateSigningRequest, ManagedClusterAddOn } from '@odfmo/api-types'
import { describe, expect, test } from 'vitest'
import { clusterByGrpc } from './grpc-request.ts'
import { ask, hub, objectOf, twoClusters } from './test/hub-world.ts'

const server = 'system:serviceaccount:open-cluster-management-hub:grpc-server-sa'
const request = (username: string, annotations?: Record<string, string>): CertificateSigningRequest => ({
  metadata: {
    name: 'addon-c1-tokenexchange-x',
    labels: {
      'open-cluster-management.io/cluster-name': 'c1',
      'open-cluster-management.io/addon-name': 'tokenexchange',
    },
    ...(annotations === undefined ? {} : { annotations }),
  },
  spec: { request: '', signerName: 's', username },
})

describe('a cluster has registered over gRPC', () => {
  test.each([
    ['the server asks for it and does not say for whom', request(server)],
    [
      'the server asks on behalf of its klusterlet',
      request(server, { 'open-cluster-management.io/csr-user': 'system:open-cluster-management:c1:agent' }),
    ],
  ])('when %s', (_when, csr) => {
    expect(clusterByGrpc(csr)).toBe('c1')
  })

  const labels = { 'open-cluster-management.io/cluster-name': 'c1' }
  test.each<[string, CertificateSigningRequest]>([
    ['its klusterlet asks itself', request('system:open-cluster-management:c1:agent')],
    [
      'another’s klusterlet asks under its label',
      request(server, { 'open-cluster-management.io/csr-user': 'system:open-cluster-management:c2:agent' }),
    ],
    [
      'another’s with a longer name does',
      request(server, { 'open-cluster-management.io/csr-user': 'system:open-cluster-management:c10:agent' }),
    ],
    ['the request is another add-on’s', { ...request(server), metadata: { name: 'addon-x', labels } }],
    ['the request is signed', { ...request(server), status: { certificate: 'x' } }],
  ])('not when %s', (_when, csr) => {
    expect(clusterByGrpc(csr)).toBeUndefined()
  })

  test('and a condition refuses it, and no other', () => {
    const contents = twoClusters({ others: [[hub.CertificateSigningRequest, [request(server)]]] })
    const applied = (namespace: string) =>
      objectOf<ManagedClusterAddOn>(
        ask('registration', { namespace, name: 'tokenexchange' }, contents),
      ).status?.conditions?.find(({ type }) => type === 'RegistrationApplied')
    expect(applied('c1')).toMatchObject({
      status: 'False',
      message: expect.stringContaining('gRPC') as string,
    })
    expect(applied('c2')?.status).toBe('True')
  })
})
