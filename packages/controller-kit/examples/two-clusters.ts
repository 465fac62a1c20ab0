import * as kit from '@odfmo/controller-kit'

type Secret = kit.KubeObject & {
  readonly type?: string | undefined
  readonly data?: Readonly<Record<string, string>> | undefined
}
const secrets = kit.kind<Secret>('v1', 'Secret', 'secrets')
const label = 'example.com/mirror'

// What is watched: in cluster a the secrets that are to be mirrored, in cluster b the mirrors.
const a = kit.cluster('a', { Original: kit.watch(secrets, { labelSelector: `${label}=wanted` }) })
const b = kit.cluster('b', { Mirror: kit.watch(secrets, { labelSelector: `${label}=copy` }) })

// What is wanted: a pure function of one mirror's key. It is its creation, its repair (somebody edits the
// mirror), its rotation (the original changes) and its deletion (the original goes, or loses its label).
const mirror = kit.derived<Secret>({
  name: 'mirror',
  kind: b.Mirror,
  keys: [
    kit.from(a.Original, (original) => [kit.keyOf(original)]),
    kit.from(b.Mirror, (live) => [kit.keyOf(live)]),
  ],
  wanted(key, world) {
    const original = world.spec(a.Original, key)
    if (original === undefined) return kit.absent()
    const metadata = { ...key, labels: { [label]: 'copy' } }
    const { type, data } = original
    return kit.present({ metadata, type, data }, { exact: ['data'], immutable: ['type'] })
  },
  // A secret of that name that bears no label of ours is somebody else's: neither changed nor deleted.
  ours: (live) => live.metadata.labels?.[label] === 'copy',
})

// KUBECONFIG has the two clusters as contexts a and b.
const connect = (context: string) => kit.connect({ component: 'mirror', context, env: process.env })
await kit
  .createManager({ name: 'mirror', clients: [await connect('a'), await connect('b')] })
  .addDerived('mirrors', [mirror])
  .run(kit.stopSignal(process))
