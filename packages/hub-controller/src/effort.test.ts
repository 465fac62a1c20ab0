import { keyText, type KubeObject } from '@odfmo/api-types/meta'
import { evaluate, staticCache, type CacheReader, type WatchedKind } from '@odfmo/controller-kit'
import { greenSecret } from '@odfmo/secret-exchange'
import { expect, it } from 'vitest'
import { hubApp } from './app.ts'
import {
  addOn,
  blue,
  drCluster,
  managedCluster,
  mirrorPeer,
  peerRef,
  podNamespace,
  s3,
} from './test/builders.ts'
import { ramenConfigMap } from './test/hub-world.ts'

const app = hubApp({ podNamespace, tokenExchangeImage: 'example.com/agent:1' })
const { hub } = app

/** Objects that are made from everything there is, and settle; all others are one MirrorPeer's or one cluster's. */
const ofEverything: readonly string[] = ['ramen-config', 'agent-cluster-role', 'agent-cluster-role-binding']

type Contents = readonly (readonly [WatchedKind, readonly KubeObject[]])[]

/** A hub with so many MirrorPeers, each on two clusters of its own, exchanged. */
const hubWith = (count: number): Contents => {
  const pairs = Array.from({ length: count }, (_, i) => [peerRef(`a${i}`), peerRef(`b${i}`)] as const)
  const refs = pairs.flat()
  const names = refs.map(({ clusterName }) => clusterName)
  return [
    [hub.MirrorPeer, pairs.map((items, i) => mirrorPeer({ name: `mp${i}`, spec: { items } }))],
    [hub.ManagedCluster, names.map((name) => managedCluster(name))],
    [hub.Namespace, names.map((name) => ({ metadata: { name } }))],
    [
      hub.Secret,
      pairs.flatMap(([one, two]) => [
        ...[one, two].flatMap((ref) => [blue(ref), s3(ref)]),
        greenSecret({ blue: blue(one), receiver: two }),
        greenSecret({ blue: blue(two), receiver: one }),
      ]),
    ],
    [hub.RamenConfig, [ramenConfigMap('s3StoreProfiles: []\n')]],
    [hub.ManagedClusterAddOn, names.map((name) => addOn(name))],
    [hub.DRCluster, names.map((name) => drCluster(name))],
  ]
}

/** How many objects each rule is shown for the first MirrorPeer and its clusters, by rule and key. */
const objectsShown = (contents: Contents): Readonly<Record<string, number>> => {
  const cache = staticCache(contents)
  let shown = 0
  const counting: CacheReader = {
    ...cache,
    get(of, key) {
      shown += 1
      return cache.get(of, key)
    },
    find(index, value, namespace) {
      const found = cache.find(index, value, namespace)
      shown += found.length
      return found
    },
    list(of) {
      const all = cache.list(of)
      shown += all.length
      return all
    },
  }
  const result: Record<string, number> = {}
  for (const rule of app.derived.filter(({ name }) => !ofEverything.includes(name))) {
    for (const source of rule.keys) {
      const [first] = contents.find(([of]) => of === source.of)?.[1] ?? []
      for (const key of first === undefined ? [] : source.keys(first)) {
        shown = 0
        evaluate(rule, key, counting)
        result[`${rule.name} ${keyText(key)}`] = shown
      }
    }
  }
  return result
}

it('what a rule looks at does not grow with the number of MirrorPeers', () => {
  const alone = objectsShown(hubWith(1))
  expect(Object.keys(alone).length).toBeGreaterThan(15)
  expect(objectsShown(hubWith(60))).toEqual(alone)
})

it('what is made from everything is shown all of it', () => {
  const names = app.derived.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining([...ofEverything]))
})
