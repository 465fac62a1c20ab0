import { validateMirrorPeer, type MirrorPeer, type PeerRef, type Secret } from '@odfmo/api-types'
import { greenSecret, rookHubSecret, spokeSecret } from '@odfmo/secret-exchange'
import {
  bucketName,
  hubSecretName,
  replicationId,
  s3ProfileName,
  s3SecretName,
  spokeFinalizer,
  volumeReplicationClassName,
} from '@odfmo/secret-naming'

/** What stands in vectors.json, of the kinds that are computed here. */
export interface Case {
  readonly id: string
  readonly group: string
  readonly kind: string
  readonly scored: boolean
  readonly input: never
  readonly expected: Readonly<Record<string, unknown>>
}

interface Naming {
  readonly clusterName: string
  readonly storageClusterName: string
  readonly storageClusterNamespace?: string
}

const refOf = ({ clusterName, storageClusterName, storageClusterNamespace = 'any' }: Naming): PeerRef => ({
  clusterName,
  storageClusterRef: { name: storageClusterName, namespace: storageClusterNamespace },
})

/** Kind of case → what our libraries say, in the fields that the case has. */
const answers: Readonly<Record<string, (input: never) => Readonly<Record<string, unknown>>>> = {
  'naming/hub-secret': (input: Naming) => ({
    hubSecret: hubSecretName(refOf(input)),
    s3Secret: s3SecretName(refOf(input)),
  }),
  'naming/replication-id': ({ fsids }: { fsids: readonly string[] }) => ({ id: replicationId(fsids) }),
  'naming/bucket': ({ clusterNames }: { clusterNames: readonly string[] }) => ({
    bucket: bucketName(clusterNames),
  }),
  'naming/volume-replication-class': ({ interval }: { interval: string }) => ({
    name: volumeReplicationClassName(interval),
  }),
  'naming/s3-profile': (input: Naming) => ({ s3ProfileName: s3ProfileName(refOf(input)) }),
  'naming/spoke-finalizer': ({ clusterName }: { clusterName: string }) => ({
    finalizer: spokeFinalizer(clusterName),
  }),
  'envelope/rook-converged': (input: { peerRef: PeerRef; receiver: PeerRef; spokeSecret: Spoke }) => {
    const { data, name, namespace } = input.spokeSecret
    const secret: Secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, data }
    const blue = rookHubSecret({ ref: input.peerRef, secret, external: false })
    const green = greenSecret({ blue, receiver: input.receiver })
    return { green: green.data?.['secret-data'], delivered: spokeSecret(green).data?.['token'] }
  },
  'validation/create': ({ object }: { object: MirrorPeer }) => ({
    admission: validateMirrorPeer(object).ok ? 'accept' : 'reject',
  }),
}

interface Spoke {
  readonly name: string
  readonly namespace: string
  readonly data: Readonly<Record<string, string>>
}

/** What is said otherwise than it should be, and how many cases were computed. */
export function compare(cases: readonly Case[]): {
  readonly computed: number
  readonly differences: readonly string[]
} {
  const differences: string[] = []
  let computed = 0
  for (const { id, group, kind, scored, input, expected } of cases) {
    const answer = answers[`${group}/${kind}`]
    if (answer === undefined || !scored) continue
    computed += 1
    const wanted = kind === 'rook-converged' ? secretsOf(expected, input) : expected
    for (const [field, value] of Object.entries(answer(input))) {
      if (value !== wanted[field])
        differences.push(`${id}: ${field} is ${String(value)}, expected ${String(wanted[field])}`)
    }
  }
  return { computed, differences }
}

interface Secrets {
  readonly greenSecret: { readonly data: Readonly<Record<string, string>> }
}

/** Of an exchanged token: what travels, and what arrives, which is what was sent. */
function secretsOf(
  expected: Readonly<Record<string, unknown>>,
  { spokeSecret: { data } }: { spokeSecret: Spoke },
) {
  const { greenSecret: green } = expected as unknown as Secrets
  return { green: green.data['secret-data'], delivered: data['token'] } as Readonly<Record<string, unknown>>
}
