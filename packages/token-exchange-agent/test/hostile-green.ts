import { contract, type Secret } from '@odfmo/api-types'
import { greenSecret, rookHubSecret } from '@odfmo/secret-exchange'
import { refOf } from './fleet.ts'

/*
 * What a hub that somebody else rules can put into a cluster's namespace, for its agent to bring to the spoke. docs/security.md
 * has the same table, which security.test.ts compares.
 */

/** In everything hostile: it must be nowhere else. */
export const marker = 'H0stile-c0ntent'

export const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')

const token = base64(
  base64(
    JSON.stringify({ fsid: '00000000-aaaa-4aaa-8aaa-000000000002', client_id: 'rbd-mirror-peer', key: 'k' }),
  ),
)

/** As a hub delivers the token of cluster2 to cluster1. */
export const goodGreen: Secret = greenSecret({
  blue: rookHubSecret({
    ref: refOf('cluster2'),
    external: false,
    secret: { data: { cluster: base64('ceph'), token } },
  }),
  receiver: refOf('cluster1'),
})

export interface HostileGreen {
  readonly what: string
  /** Keys of its data as text; null takes one away. */
  readonly data?: Readonly<Record<string, string | Uint8Array | null>>
  /** Value of the label secret-type. */
  readonly label?: string
  readonly says: readonly [reason: 'InvalidGreenSecret' | 'NoGreenSecret', message: string]
}

const invalid = (message: string): HostileGreen['says'] => ['InvalidGreenSecret', message]
const another = invalid('it is for another StorageCluster than openshift-storage/ocs-storagecluster')
const holding = (values: unknown): HostileGreen['data'] & object => ({
  'secret-data': JSON.stringify(values),
})

export const hostileGreens: readonly HostileGreen[] = [
  ...(
    [
      ['another namespace', { namespace: 'kube-system' }],
      ['a namespace of no StorageCluster', { namespace: 'default' }],
      ['a path for a namespace', { namespace: '../kube-system' }],
      ['a namespace with a slash', { namespace: 'openshift-storage/secrets' }],
      ['a namespace in capitals', { namespace: 'OPENSHIFT-STORAGE' }],
      ['a namespace of 300 characters', { namespace: 'x'.repeat(300) }],
      ['binary for a namespace', { namespace: Uint8Array.from({ length: 256 }, (_, i) => i) }],
      ['another StorageCluster', { 'storage-cluster-name': marker }],
      ['a path for a StorageCluster', { 'storage-cluster-name': `../../${marker}` }],
    ] as const
  ).map(([what, data]): HostileGreen => ({ what, data, says: another })),
  ...['namespace', 'storage-cluster-name', 'secret-data', 'secret-origin'].map((key): HostileGreen => ({
    what: `no \`${key}\``,
    data: { [key]: null },
    says: invalid(`the key ${key} is missing`),
  })),
  { what: 'an empty `namespace`', data: { namespace: '' }, says: invalid('the key namespace is empty') },
  { what: 'the label `BLUE`', label: 'BLUE', says: ['NoGreenSecret', 'waiting for green secret'] },
  { what: 'the label `INTERNAL`', label: 'INTERNAL', says: ['NoGreenSecret', 'waiting for green secret'] },
  {
    what: 'a content of 700 KB',
    data: holding({ token: base64(marker.repeat(30_000)) }),
    says: invalid('expected at most 65536'),
  },
  {
    what: 'another key that is too large',
    data: { other: marker.repeat(5_000) },
    says: invalid('expected at most 65536'),
  },
  ...(
    [
      ['broken JSON', `{"token": ${marker}`, 'that are no JSON'],
      ['aliases of YAML that grow', `a: &a [${marker}]\nb: &b [*a,*a]\nc: [*b,*b]\n`, 'that are no JSON'],
      ['binary', Uint8Array.from({ length: 256 }, (_, i) => 255 - i), 'that are no JSON'],
      ['a list', JSON.stringify([marker]), 'expected a JSON object, got a list'],
      ['nothing', 'null', 'its secret-data holds nothing'],
    ] as const
  ).map(([what, content, message]): HostileGreen => ({
    what,
    data: { 'secret-data': content },
    says: invalid(message),
  })),
  {
    what: 'wrong base64',
    data: holding({ token: `${marker}!` }),
    says: invalid('the value of token is no base64'),
  },
  {
    what: 'an object for a value',
    data: holding({ token: { [marker]: 1 } }),
    says: invalid('the value of token is a object'),
  },
  ...(
    [
      ['a path for a key', `../../${marker}`],
      ['a key with a slash', `a/${marker}`],
      ['a key of 300 characters', marker.padEnd(300, 'x')],
      ['an empty key', ''],
    ] as const
  ).map(([what, key]): HostileGreen => ({
    what,
    data: holding({ token, [key]: '' }),
    says: invalid('is none that a Secret can have'),
  })),
]

/** Whom the agent waits for under a name that is no peer's. */
export const astray = (name: string): Secret => ({
  ...goodGreen,
  metadata: { ...goodGreen.metadata, name, labels: { [contract.label.secretType]: 'GREEN' } },
})
