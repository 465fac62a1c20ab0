import { contract, type Secret } from '@odfmo/api-types'
import { s3 } from '../../src/test/builders.ts'
import { one } from '../../src/test/scene.ts'

/*
 * What an agent whose identity was stolen can write into its own secrets, on a cluster without policies. docs/security.md has
 * the same table, which documented.test.ts compares.
 */

/** In everything hostile: it must be nowhere else. */
export const marker = 'H0stile-c0ntent'
export const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')
const textIn = (secret: Secret, key: string): string =>
  Buffer.from(secret.data?.[key] ?? '', 'base64').toString()

/** The blue secret with another token in it. */
const withToken = (token: string): Readonly<Record<string, string>> => ({
  'secret-data': JSON.stringify({ cluster: base64('ceph'), token: base64(token) }),
})
/** The S3 secret with other values in its `secret-data`. */
const withS3 = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  'secret-data': textIn(s3(one, values), 'secret-data'),
})

export interface HostileAttempt {
  readonly what: string
  readonly on: 'blue' | 's3'
  /** Keys of its data as text; null takes one away. */
  readonly data?: Readonly<Record<string, string | Uint8Array | null>>
  readonly labels?: Readonly<Record<string, string>>
  readonly says: readonly [condition: string, reason: string, message: string]
  /** The hub copies the bytes of a blue secret and does not read them: that it does so with these too. */
  readonly copied?: boolean
}

const invalidBlue = (message: string): HostileAttempt['says'] => [
  'SecretsExchanged',
  'InvalidBlueSecret',
  message,
]
const invalidS3 = (message: string): HostileAttempt['says'] => [
  'S3ProfilesSynced',
  'InvalidS3Secret',
  message,
]
const noFsid = (message: string): HostileAttempt['says'] => ['DRClustersReady', 'NoFsid', message]
const endpoint = 'expected s3CompatibleEndpoint to be the http or https URL of a host'

const named = (
  all: readonly (readonly [what: string, data: HostileAttempt['data'] & object])[],
): typeof all => all

export const hostileAttempts: readonly HostileAttempt[] = [
  {
    what: 'a token of 700 KB',
    on: 'blue',
    data: { 'secret-data': marker.repeat(45_000) },
    says: invalidBlue('expected at most 65536'),
  },
  {
    what: 'a key of others that is too large beside a good token',
    on: 'blue',
    data: { other: marker.repeat(5_000) },
    says: invalidBlue('expected at most 65536'),
  },
  {
    what: 'no token',
    on: 'blue',
    data: { 'secret-data': null },
    says: invalidBlue('the key secret-data is missing'),
  },
  {
    what: 'an empty token',
    on: 'blue',
    data: { 'secret-data': '' },
    says: invalidBlue('the key secret-data is empty'),
  },
  {
    what: 'no origin',
    on: 'blue',
    data: { 'secret-origin': null },
    says: invalidBlue('the key secret-origin is missing'),
  },
  {
    what: 'another origin',
    on: 'blue',
    data: { 'secret-origin': marker },
    says: invalidBlue('expected secret-origin to be rook'),
  },
  ...named([
    ['the StorageCluster of another namespace', { namespace: 'kube-system' }],
    ['a path', { 'storage-cluster-name': `../../${marker}` }],
    ['a name with slashes', { namespace: `${marker}/x`, 'storage-cluster-name': 'a/b' }],
    ['capitals', { 'storage-cluster-name': 'OCS-STORAGECLUSTER' }],
    ['a name of 300 characters', { 'storage-cluster-name': 'x'.repeat(300) }],
    ['binary', { 'storage-cluster-name': Uint8Array.from({ length: 256 }, (_, i) => i) }],
  ]).map(([what, data]): HostileAttempt => ({
    what: `${what} as its StorageCluster`,
    on: 'blue',
    data,
    says: invalidBlue('is ignored: expected the name'),
  })),
  {
    what: 'the label of what hubs deliver to others',
    on: 'blue',
    labels: { [contract.label.secretType]: 'GREEN' },
    says: ['SecretsExchanged', 'NoBlueSecret', 'waiting for blue secret'],
  },
  {
    what: 'the label of external Ceph',
    on: 'blue',
    labels: { [contract.label.secretType]: 'INTERNAL' },
    says: ['SecretsExchanged', 'ExternalStorage', 'uses external Ceph'],
  },
  {
    what: 'a label of no kind',
    on: 'blue',
    labels: { [contract.label.secretType]: marker },
    says: invalidBlue('to be BLUE, GREEN or INTERNAL'),
  },
  ...named([
    ['broken JSON', { 'secret-data': `{"token": ${marker}` }],
    ['binary', { 'secret-data': Uint8Array.from({ length: 256 }, (_, i) => 255 - i) }],
    ['a list', { 'secret-data': JSON.stringify([marker]) }],
    ['wrong base64', { 'secret-data': JSON.stringify({ token: `${marker}!` }) }],
    ['lists in lists', { 'secret-data': `{"token":${'['.repeat(8_000)}${']'.repeat(8_000)}}` }],
    ['a prototype', { 'secret-data': `{"__proto__":{"token":"${base64(marker)}"}}` }],
    ['a token that is no JSON', withToken(base64(marker))],
    ['a token without an fsid', withToken(base64(JSON.stringify({ key: marker })))],
    ['an fsid that is no text', withToken(base64(JSON.stringify({ fsid: { [marker]: 1 } })))],
  ]).map(([what, data]): HostileAttempt => ({
    what: `${what} for a token`,
    on: 'blue',
    data,
    says: noFsid('holds no fsid'),
    copied: true,
  })),
  ...[
    ['an fsid with line breaks', `${marker}\nregion: other`],
    ['an fsid with spaces and braces', `${marker} {{x}}`],
    ['an fsid of a thousand characters', `${marker}-${'x'.repeat(1_000)}`],
    ['an fsid that is a path', '../x'],
  ].map(([what = '', fsid]): HostileAttempt => ({
    what,
    on: 'blue',
    data: withToken(base64(JSON.stringify({ fsid }))),
    says: noFsid('holds an fsid that is none'),
    copied: true,
  })),
  {
    what: 'access keys of 700 KB',
    on: 's3',
    data: withS3({ AWS_SECRET_ACCESS_KEY: marker.repeat(45_000) }),
    says: invalidS3('expected at most 65536'),
  },
  {
    what: 'the profile of another cluster',
    on: 's3',
    data: withS3({ s3ProfileName: 's3profile-cluster2-ocs-storagecluster', AWS_ACCESS_KEY_ID: marker }),
    says: invalidS3('expected s3ProfileName to be s3profile-cluster1-ocs-storagecluster'),
  },
  {
    what: 'the profile of a StorageCluster of another name',
    on: 's3',
    data: { 'storage-cluster-name': marker },
    says: invalidS3('is ignored: expected storage-cluster-name to be ocs-storagecluster'),
  },
  {
    what: 'no access key',
    on: 's3',
    data: withS3({ AWS_SECRET_ACCESS_KEY: '' }),
    says: invalidS3('secret-data has no AWS_SECRET_ACCESS_KEY'),
  },
  {
    what: 'broken JSON',
    on: 's3',
    data: { 'secret-data': `{"AWS_ACCESS_KEY_ID": ${marker}` },
    says: invalidS3('that are no JSON'),
  },
  {
    what: 'aliases of YAML that grow',
    on: 's3',
    data: { 'secret-data': `a: &a [${marker}]\nb: &b [*a,*a]\nc: [*b,*b]\n` },
    says: invalidS3('that are no JSON'),
  },
  {
    what: 'null',
    on: 's3',
    data: { 'secret-data': 'null' },
    says: invalidS3('secret-data has no AWS_ACCESS_KEY_ID'),
  },
  {
    what: 'wrong base64',
    on: 's3',
    data: { 'secret-data': JSON.stringify({ AWS_ACCESS_KEY_ID: `${marker}!` }) },
    says: invalidS3('the value of AWS_ACCESS_KEY_ID is no base64'),
  },
  ...[
    ['the address of a file', `file:///${marker}`],
    ['an address with a password', `https://${marker}:password@s3.example`],
    [
      'an address with another profile behind it',
      `https://s3.example\n- s3ProfileName: ${marker}\n  s3Bucket: x`,
    ],
    ['an address with a comment of YAML', `https://s3.example # ${marker}`],
    ['aliases of YAML for an address', `&x [*x, ${marker}]`],
    ['an address of 3 KB', `https://s3.example/${marker}${'x'.repeat(3_000)}`],
  ].map(([what = '', address = '']): HostileAttempt => ({
    what,
    on: 's3',
    data: withS3({ s3CompatibleEndpoint: address }),
    says: invalidS3(endpoint),
  })),
  ...['s3Bucket', 's3Region'].map((field): HostileAttempt => ({
    what: `line breaks of YAML in ${field}`,
    on: 's3',
    data: withS3({ [field]: `x\ns3StoreProfiles: [] # ${marker}` }),
    says: invalidS3(`expected ${field} to be a name`),
  })),
]
