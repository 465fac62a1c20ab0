import {
  contract,
  type ClusterRoleBinding,
  type ConfigMap,
  type MirrorPeer,
  type Secret,
} from '@odfmo/api-types'
import { absent, edited, leave, waiting, type Derived, type Wanted, type World } from '@odfmo/controller-kit'
import type { KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { expect, it } from 'vitest'
import type { HubApp } from '../src/app.ts'
import type { Mutation } from './hub.ts'
import { runSeed } from './run-seed.ts'

// An oracle that cannot fail proves nothing: here the hub is broken on purpose, and must be found out.

const mostSeeds = 12
const steps = 15

type Rule<T extends KubeObject> = (wanted: Wanted<T>, key: ObjectKey, world: World, app: HubApp) => Wanted<T>

/** Puts something between a rule and the engine; the rule stays the object that others ask about. */
const broken =
  <T extends KubeObject>(name: string, change: Rule<T>): Mutation =>
  (app) => {
    const rule = app.derived.find((one) => one.name === name) as Derived<T> | undefined
    if (rule === undefined) throw new Error(`there is no rule ${name}`)
    const sound = rule.wanted
    Object.assign(rule, {
      wanted: (key: ObjectKey, world: World) => change(sound(key, world), key, world, app),
    })
  }

const object = <T extends KubeObject>(wanted: Wanted<T>): T | undefined =>
  wanted.is === 'present' || wanted.is === 'edited' ? wanted.object : undefined

const ways: readonly (readonly [what: string, mutation: Mutation])[] = [
  [
    'a copied token is never renewed',
    broken<Secret>('green-secret', (wanted, key, world, { hub }) =>
      wanted.is === 'present' && world.meta(hub.Secret, key) !== undefined ? leave() : wanted,
    ),
  ],
  [
    'a copied token goes as soon as it differs',
    broken<Secret>('green-secret', (wanted, key, world, { hub }) => {
      const live = world.spec(hub.Secret, key)
      return live !== undefined && JSON.stringify(object(wanted)?.data) !== JSON.stringify(live.data)
        ? absent()
        : wanted
    }),
  ],
  [
    'Ramen’s configuration loses its comments',
    broken<ConfigMap>('ramen-config', (wanted) => {
      const config = object(wanted)
      const text = config?.data?.[contract.ramen.configKey]
      if (wanted.is !== 'edited' || config === undefined || text === undefined) return wanted
      const data = { ...config.data, [contract.ramen.configKey]: text.replaceAll(/ *#.*\n/g, '\n') }
      return { ...wanted, object: { ...config, data } }
    }),
  ],
  [
    'the finalizer comes off whatever is left',
    broken<MirrorPeer>('mirror-peer-metadata', (wanted, key, world, { hub }) => {
      const live = world.read(hub.MirrorPeer, key, ['spec', 'meta'])
      if (wanted.is !== 'waiting' || wanted.reason !== 'CleaningUp' || live === undefined) return wanted
      const freed = { ...live, metadata: { ...live.metadata, finalizers: [] } }
      return edited(structuredClone(freed) as MirrorPeer)
    }),
  ],
  [
    'DRClusters are never deleted',
    broken('dr-cluster', (wanted) => (wanted.is === 'absent' ? leave() : wanted)),
  ],
  [
    'a DRCluster that is gone is not made again',
    broken('dr-cluster', (wanted) => (wanted.is === 'present' ? leave() : wanted)),
  ],
  [
    'agents that left keep their rights',
    broken<ClusterRoleBinding>('agent-cluster-role-binding', (wanted, key, world, { hub }) => {
      const before = world.spec(hub.AgentClusterRoleBinding, key)?.subjects ?? []
      const now = object(wanted)
      if (wanted.is !== 'present' || now === undefined) return wanted
      const subjects = now.subjects ?? []
      const kept = before.filter(({ name }) => !subjects.some((one) => one.name === name))
      return { ...wanted, object: { ...now, subjects: [...subjects, ...kept] } }
    }),
  ],
  [
    'the status is said once and never again',
    broken<MirrorPeer>('mirror-peer-status', (wanted, key, world, { hub }) =>
      world.status(hub.MirrorPeer, key)?.status?.phase === undefined ? wanted : leave(),
    ),
  ],
  [
    'a status shows what a secret holds',
    broken<MirrorPeer>('mirror-peer-status', (wanted, _key, world, { hub }) => {
      const live = object(wanted)
      if (wanted.is !== 'edited' || live?.status === undefined) return wanted
      const [blue] = world.list(hub.Secret, ['spec'])
      return {
        ...wanted,
        object: { ...live, status: { ...live.status, message: JSON.stringify(blue?.data) } },
      }
    }),
  ],
  [
    'something is written every minute',
    broken<MirrorPeer>('mirror-peer-status', (wanted, _key, world) => {
      const live = object(wanted)
      if (wanted.is !== 'edited' || live?.status === undefined) return wanted
      const minute = Math.trunc(world.now() / 60_000)
      const message = String(minute)
      world.passed((minute + 1) * 60_000)
      return { ...wanted, object: { ...live, status: { ...live.status, message } } }
    }),
  ],
  [
    'a rule remembers what it saw first',
    (() => {
      const first = new Map<string, string>()
      return broken<Secret>('ramen-secret', (wanted, { name }) => {
        const secret = object(wanted)
        if (wanted.is !== 'present' || secret === undefined) return wanted
        const data = JSON.stringify(secret.data)
        first.set(name, first.get(name) ?? data)
        return first.get(name) === data ? wanted : waiting('Old', 'has changed')
      })
    })(),
  ],
]

it.each(ways)(
  '%s: found out within a few histories',
  async (_what, mutation) => {
    for (let seed = 1; seed <= mostSeeds; seed += 1) {
      const { wrong } = await runSeed({ seed, steps, mutation })
      if (wrong.length > 0) return
    }
    expect.fail(`${mostSeeds} histories of ${steps} steps found nothing`)
  },
  600_000,
)
