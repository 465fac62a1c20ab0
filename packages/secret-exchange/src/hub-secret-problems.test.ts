import type { Secret } from '@odfmo/api-types'
import { describe, expect, it } from 'vitest'
import { base64, ref, secret, token } from '../test/objects.ts'
import { greenSecret } from './green-secret.ts'
import { peerRefOf } from './hub-secret.ts'
import {
  blueSecretProblems,
  externalSecretProblems,
  greenSecretProblems,
  hubSecretProblems,
  s3SecretProblems,
  type SecretProblem,
} from './hub-secret-problems.ts'
import { rookHubSecret } from './rook-hub-secret.ts'
import { s3HubSecret } from './s3-hub-secret.ts'
import { encodeSecretData } from './secret-data.ts'

const blue = rookHubSecret({
  ref: ref(),
  secret: secret({ name: 't' }, { token: token('f') }),
  external: false,
})
const external = rookHubSecret({ ref: ref(), secret: secret({ name: 'm' }, { fsid: 'f' }), external: true })
const green = greenSecret({ blue, receiver: ref('c2', 'sc', 'ns') })
const s3 = s3HubSecret({
  ref: ref(),
  secret: secret({ name: 'b' }, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' }),
  configMap: { data: { BUCKET_NAME: 'b' } },
  routeHost: 'h',
})

const changed = (
  one: Secret,
  data: Record<string, string | undefined>,
  metadata: Secret['metadata'] = {},
): Secret =>
  JSON.parse(
    JSON.stringify({ ...one, metadata: { ...one.metadata, ...metadata }, data: { ...one.data, ...data } }),
  ) as Secret
const found = (problems: readonly SecretProblem[]): string[] =>
  problems.map(({ code, field }) => `${code} ${field}`)
const label = 'multicluster.odf.openshift.io/secret-type'

describe('a hub secret', () => {
  it('is fine as the agent and the hub write it', () => {
    expect(blueSecretProblems(blue)).toEqual([])
    expect(greenSecretProblems(green)).toEqual([])
    expect(externalSecretProblems(external, ref())).toEqual([])
    expect(s3SecretProblems(s3, ref())).toEqual([])
    expect(peerRefOf(blue)).toEqual(ref())
    expect(peerRefOf(green)).toEqual(ref('c2', 'sc', 'ns'))
  })

  it('must have its label and keys; all that is missing is told at once', () => {
    expect(found(hubSecretProblems({ metadata: {} }))).toEqual([
      `MissingLabel ${label}`,
      'MissingKey namespace',
      'MissingKey storage-cluster-name',
      'MissingKey secret-data',
      'MissingKey secret-origin',
    ])
    expect(found(hubSecretProblems(changed(blue, {}, { labels: { [label]: 'blue' } })))).toEqual([
      `MissingLabel ${label}`,
    ])
  })

  it.each([
    ['another kind', changed(blue, {}, { labels: { [label]: 'INTERNAL' } }), [`WrongKind ${label}`]],
    ['nothing in it', changed(blue, { 'secret-data': '' }), ['MissingKey secret-data']],
    ['another origin', changed(blue, { 'secret-origin': base64('S3') }), ['WrongOrigin secret-origin']],
    ['another name', changed(blue, {}, { name: 'other' }), ['WrongName metadata.name']],
    ['another cluster’s namespace', changed(blue, {}, { namespace: 'c2' }), ['WrongName metadata.name']],
    [
      'another StorageCluster',
      changed(blue, { 'storage-cluster-name': base64('x') }),
      ['WrongName metadata.name'],
    ],
    ['an empty namespace', changed(blue, { namespace: '' }), ['WrongPeerRef namespace']],
  ])('is no blue one with %s', (_what, one, problems) => {
    expect(found(blueSecretProblems(one))).toEqual(problems)
  })

  it.each<readonly [string, Secret, readonly string[]]>([
    ['another kind', changed(green, {}, { labels: { [label]: 'BLUE' } }), [`WrongKind ${label}`]],
    [
      'empty keys',
      changed(green, { namespace: '', 'secret-data': '' }),
      ['MissingKey namespace', 'MissingKey secret-data'],
    ],
    ['unreadable content', changed(green, { 'secret-data': base64('{') }), ['Unreadable secret-data']],
    ['no base64', changed(green, { 'secret-data': '!' }), ['MissingKey secret-data']],
  ])('is no green one with %s', (_what, one, problems) => {
    expect(found(greenSecretProblems(one))).toEqual(problems)
  })

  const content = (data: Record<string, string>) =>
    changed(s3, { 'secret-data': base64(encodeSecretData(data)) })
  it.each([
    ['another origin', changed(s3, { 'secret-origin': base64('rook') }), ['WrongOrigin secret-origin']],
    ['another kind', changed(s3, {}, { labels: { [label]: 'BLUE' } }), [`WrongKind ${label}`]],
    [
      'another place and peer ref',
      changed(
        s3,
        { namespace: base64('x'), 'storage-cluster-name': base64('y') },
        { namespace: 'c2', name: 'n' },
      ),
      [
        'WrongPeerRef metadata.namespace',
        'WrongPeerRef namespace',
        'WrongPeerRef storage-cluster-name',
        'WrongName metadata.name',
      ],
    ],
    ['unreadable content', changed(s3, { 'secret-data': base64('[]') }), ['Unreadable secret-data']],
    [
      'half of its content',
      content({ AWS_ACCESS_KEY_ID: 'YQ==', s3Bucket: '', s3Region: 'YQ==', s3ProfileName: 'YQ==' }),
      ['MissingKey AWS_SECRET_ACCESS_KEY', 'MissingKey s3Bucket', 'MissingKey s3CompatibleEndpoint'],
    ],
  ])('is no S3 secret of a peer ref with %s', (_what, one, problems) => {
    expect(found(s3SecretProblems(one, ref()))).toEqual(problems)
  })

  it('may not carry another cluster’s profile', () => {
    const keys = [
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      's3Bucket',
      's3CompatibleEndpoint',
      's3Region',
    ]
    const data = Object.fromEntries(keys.map((key) => [key, 'YQ==']))
    const forged = content({ ...data, s3ProfileName: base64('s3profile-c2-ocs-storagecluster') })
    expect(found(s3SecretProblems(forged, ref()))).toEqual(['WrongPeerRef s3ProfileName'])
  })

  it('is no secret of external Ceph without an fsid, or of another peer ref', () => {
    const empty = changed(external, { 'secret-data': base64('{"fsid":""}') })
    expect(found(externalSecretProblems(empty, ref()))).toEqual(['MissingKey fsid'])
    expect(found(externalSecretProblems(external, ref('c2')))).toEqual([
      'WrongPeerRef metadata.namespace',
      'WrongName metadata.name',
    ])
    expect(found(externalSecretProblems(blue, ref()))).toEqual([`WrongKind ${label}`])
  })
})
