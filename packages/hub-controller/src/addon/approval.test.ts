import type { CertificateSigningRequest } from '@odfmo/api-types'
import { describe, expect, test } from 'vitest'
import type { ApprovalInput } from './approval.ts'
import { otherKey, requestPem } from './test/certificate-request.ts'
import { golden } from './test/golden.ts'
import { clusterGroup, decisionOf as of, fields, ours, request, user } from './test/klusterlet-request.ts'
import { addOn, ask, condition, hub, managedCluster, objectOf, rule, twoClusters } from './test/hub-world.ts'

const everyKey = (csr: CertificateSigningRequest) =>
  rule('csr-approval').keys.flatMap((source) => source.keys(csr))

describe('a certificate signing request', () => {
  test('of the klusterlet of an accepted cluster is approved', () => {
    expect(of(request('c1'))).toEqual({ is: 'approve' })
  })

  test.each([
    ['our two organisations', { organisations: ours('c1') }],
    ['in any order', { organisations: ['system:authenticated', ...ours('c1')].reverse() }],
    ['without DNS names', { names: [] }],
  ] as const)('with %s is approved', (_what, contents) => {
    expect(of(request('c1', contents))).toEqual({ is: 'approve' })
  })

  test('without key encipherment is approved, as newer API servers allow for elliptic keys', () => {
    expect(of(request('c1', {}, { usages: ['digital signature', 'client auth'] }))).toEqual({ is: 'approve' })
  })

  test.each<[string, CertificateSigningRequest, Partial<ApprovalInput>?]>([
    ['NotAnAddOn', request('c1', {}, {}, { name: 'csr-c1' })],
    ['OtherSigner', request('c1', {}, { signerName: 'kubernetes.io/kubelet-serving' })],
    ['OtherUsages', request('c1', {}, { usages: ['client auth', 'server auth'] })],
    ['OtherUsages', request('c1', {}, { usages: ['digital signature'] })],
    ['OtherUsages', request('c1', {}, { usages: [] })],
    ['NotOurs', request('c1', {}, {}, { labels: {} })],
    ['NotOurs', request('c1', {}, {}, { labels: { 'open-cluster-management.io/cluster-name': 'c1' } })],
    [
      'NotOurs',
      request(
        'c1',
        {},
        {},
        {
          labels: {
            'open-cluster-management.io/cluster-name': 'c1',
            'open-cluster-management.io/addon-name': 'other',
          },
        },
      ),
    ],
    ['NoManagedCluster', request('c1'), { cluster: undefined }],
    ['NoManagedCluster', request('c1'), { cluster: managedCluster('c10') }],
    [
      'NoManagedCluster',
      request('c1'),
      {
        cluster: {
          metadata: { name: 'c1', deletionTimestamp: '2026-01-01T00:00:00Z' },
          spec: { hubAcceptsClient: true },
        },
      },
    ],
    ['NotAccepted', request('c1'), { cluster: managedCluster('c1', false) }],
    ['NoAddOn', request('c1'), { addOn: undefined }],
    ['NoAddOn', request('c1'), { addOn: addOn('c2') }],
    [
      'NoAddOn',
      request('c1'),
      { addOn: addOn('c1', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }) },
    ],
    ['OtherRequester', request('c1', {}, { username: 'system:admin' })],
    ['OtherRequester', request('c1', {}, { username: 'system:open-cluster-management:c1' })],
    ['OtherRequester', request('c1', {}, { groups: ['system:masters'] })],
    ['OtherRequester', request('c1', {}, { groups: ['system:open-cluster-management:c10'] })],
    [
      'GrpcNotSupported',
      request('c1', {}, { username: 'system:serviceaccount:open-cluster-management-hub:grpc-server-sa' }),
    ],
    ['Malformed', request('c1', {}, { request: '' })],
    ['Malformed', request('c1', {}, { request: '!' })],
    ['Malformed', request('c1', {}, { request: Buffer.from('-----BEGIN X-----').toString('base64') })],
    ['NotSigned', request('c1', { signWith: otherKey.privateKey })],
    ['OtherCommonName', request('c1', { commonNames: [user('c2')] })],
    ['OtherCommonName', request('c1', { commonNames: [] })],
    ['OtherCommonName', request('c1', { commonNames: [user('c1'), 'system:admin'] })],
    ['OtherCommonName', request('c1', { commonNames: [`${user('c1')} `] })],
    ['OtherOrganisations', request('c1', { organisations: [...ours('c1'), 'system:masters'] })],
    ['OtherOrganisations', request('c1', { organisations: ours('c1').slice(0, 1) })],
    ['OtherOrganisations', request('c1', { organisations: [] })],
    ['OtherOrganisations', request('c1', { organisations: [...ours('c1'), clusterGroup('c2')] })],
    ['OtherSubject', request('c1', { otherAttributes: { '1.3.6.1.4.1.57683.2': 'uid' } })],
    ['OtherNames', request('c1', { names: [[1, 'me@example.com']] })],
    ['OtherNames', request('c1', { names: [[6, 'spiffe://x']] })],
    // The signature costs the most: it is looked at when all else is well.
    ['OtherNames', request('c1', { names: [[6, 'spiffe://x']], signWith: otherKey.privateKey })],
    ['OtherNames', request('c1', { names: [[7, '\u0001\u0002\u0003\u0004']] })],
  ])('is left alone: %s', (reason, csr, more = {}) => {
    expect(of(csr, more)).toMatchObject({ is: 'refuse', reason })
  })

  test('with two requests in it is left alone', () => {
    const pem = requestPem(fields('c1'))
    const two = (text: string) => request('c1', {}, { request: Buffer.from(text).toString('base64') })
    expect(of(two(pem))).toEqual({ is: 'approve' })
    expect(of(two(pem + pem))).toMatchObject({ is: 'refuse', reason: 'Malformed' })
    expect(
      of(two(`${pem}\n${requestPem({ ...fields('c1'), organisations: ['system:masters'] })}`)),
    ).toMatchObject({
      is: 'refuse',
      reason: 'Malformed',
    })
  })

  test.each(['c1', 'c10', 'c', 'c1.x', 'c1-x'])(
    'of the klusterlet of %s may be for that cluster alone',
    (by) => {
      for (const cluster of ['c1', 'c10', 'c', 'c1.x', 'c1-x']) {
        const group = `system:open-cluster-management:${by}`
        for (const username of [`${group}:agent`, `${group}:`, group]) {
          const csr = request(cluster, {}, { username, groups: [group] })
          expect(of(csr).is).toBe(by === cluster && username !== group ? 'approve' : 'refuse')
        }
      }
    },
  )

  test('of cluster c1 that says it is for c10 is left alone: a prefix is not a name', () => {
    const forged = request(
      'c10',
      {},
      {
        username: 'system:open-cluster-management:c1:klusterlet-1',
        groups: ['system:open-cluster-management:c1'],
      },
    )
    expect(of(forged)).toMatchObject({ is: 'refuse', reason: 'OtherRequester' })
    const longer = request(
      'c1',
      {},
      {
        username: 'system:open-cluster-management:c10:klusterlet-1',
        groups: ['system:open-cluster-management:c10'],
      },
    )
    expect(of(longer)).toMatchObject({ is: 'refuse', reason: 'OtherRequester' })
  })

  test.each(['Approved', 'Denied', 'Failed'])('that is %s is decided', (type) => {
    expect(of({ ...request('c1'), status: { conditions: [{ type, status: 'True' }] } })).toEqual({
      is: 'decided',
    })
  })

  test('that is signed is decided', () => {
    expect(of({ ...request('c1'), status: { certificate: 'eA==' } })).toEqual({ is: 'decided' })
  })

  test.each(['cluster1', 'cluster2'])(
    'as the original’s hub approved it for %s, asked by its klusterlet, is approved',
    (cluster) => {
      const csr = golden<CertificateSigningRequest>(
        `certificatesigningrequests__addon-${cluster}-tokenexchange-x`,
      )
      const group = `system:open-cluster-management:${cluster}`
      const { status: _decided, ...undecided } = {
        ...csr,
        spec: { ...csr.spec, username: `${group}:agent`, groups: [group] },
      }
      expect(of(undecided)).toEqual({ is: 'approve' })
      expect(of({ ...undecided, spec: csr.spec })).toMatchObject({ is: 'refuse', reason: 'OtherRequester' })
      expect(of(csr)).toEqual({ is: 'decided' })
    },
  )
})

describe('the rule csr-approval', () => {
  const csr = request('c1')
  const key = { name: csr.metadata.name ?? '' }

  test('adds the condition and keeps those of others', () => {
    const other = condition('Seen', 'True')
    const wanted = ask(
      'csr-approval',
      key,
      twoClusters({
        others: [
          [
            hub.CertificateSigningRequest,
            [{ ...csr, status: { conditions: [other] } } as CertificateSigningRequest],
          ],
        ],
      }),
    )
    expect(wanted.is).toBe('edited')
    expect(objectOf<CertificateSigningRequest>(wanted).status?.conditions).toEqual([
      other,
      {
        type: 'Approved',
        status: 'True',
        reason: 'AutoApprovedByHubCSRApprovingController',
        message: 'Auto approving addon agent certificate.',
        lastUpdateTime: '2026-11-21T10:00:00Z',
        lastTransitionTime: '2026-11-21T10:00:00Z',
      },
    ])
  })

  test('says why a request waits, and never denies', () => {
    const wanted = ask(
      'csr-approval',
      key,
      twoClusters({ addOns: [], others: [[hub.CertificateSigningRequest, [csr]]] }),
    )
    expect(wanted).toMatchObject({ is: 'waiting', reason: 'NoAddOn' })
  })

  test('leaves a decided request alone', () => {
    const denied = { ...csr, status: { conditions: [{ type: 'Denied', status: 'True' }] } }
    expect(
      ask('csr-approval', key, twoClusters({ others: [[hub.CertificateSigningRequest, [denied]]] })),
    ).toEqual({ is: 'leave' })
  })

  test('looks at requests of our add-on only', () => {
    const source = everyKey(request('c1'))
    expect(source).toEqual([key])
    expect(
      everyKey(request('c1', {}, {}, { labels: { 'open-cluster-management.io/cluster-name': 'c1' } })),
    ).toEqual([])
  })
})
