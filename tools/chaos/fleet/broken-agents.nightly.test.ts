import {
  contract,
  type MirrorPeer,
  type Secret,
  type StorageClass,
  type StorageCluster,
} from '@odfmo/api-types'
import { edited, leave, type Derived, type Wanted, type World } from '@odfmo/controller-kit'
import type { KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { expect, it } from 'vitest'
import type { AgentApp } from '../../../packages/token-exchange-agent/src/app.ts'
import type { AgentMutation } from './agent-run.ts'
import { runFleetSeed } from './run-fleet-seed.ts'

// An oracle that cannot fail proves nothing: here agents are broken on purpose, and must be found out.

const mostSeeds = 12
const steps = 30

type Rule<T extends KubeObject> = (
  wanted: Wanted<T>,
  key: ObjectKey,
  world: World,
  app: AgentApp,
) => Wanted<T>

/** Puts something between a rule and the engine. */
const broken =
  <T extends KubeObject>(name: string, change: Rule<T>): AgentMutation =>
  (app) => {
    const rule = app.derived.find((one) => one.name === name) as Derived<T> | undefined
    if (rule === undefined) throw new Error(`there is no rule ${name}`)
    const sound = rule.wanted
    Object.assign(rule, {
      wanted: (key: ObjectKey, world: World) => change(sound(key, world), key, world, app),
    })
  }

const ways: readonly (readonly [what: string, mutation: AgentMutation])[] = [
  [
    'a token of the other side is never renewed',
    broken<Secret>('spoke-secret', (wanted, key, world, { world: { spoke } }) =>
      wanted.is === 'present' && world.meta(spoke.Secret, key) !== undefined ? leave() : wanted,
    ),
  ],
  [
    'a token of the other side stays behind',
    broken<Secret>('spoke-secret', (wanted) => (wanted.is === 'absent' ? leave() : wanted)),
  ],
  [
    'the finalizer comes off whatever is left',
    broken<MirrorPeer>('mirror-peer-finalizer', (wanted, key, world, { world: { hub, scope } }) => {
      const live = world.read(hub.MirrorPeer, key, ['spec', 'meta'])
      if (wanted.is !== 'waiting' || wanted.reason !== 'CleaningUp' || live === undefined) return wanted
      const finalizers = (live.metadata.finalizers ?? []).filter(
        (one) => !one.startsWith(`${scope.clusterName}.`),
      )
      return edited(structuredClone({ ...live, metadata: { ...live.metadata, finalizers } }) as MirrorPeer)
    }),
  ],
  [
    'mirroring stays on',
    broken<StorageCluster>('storage-cluster-mirroring', (wanted) =>
      wanted.is === 'edited' && wanted.object.spec?.mirroring?.enabled !== true ? leave() : wanted,
    ),
  ],
  [
    'classes of intervals that nobody uses stay',
    broken('volume-replication-class', (wanted) => (wanted.is === 'absent' ? leave() : wanted)),
  ],
  [
    'a new fsid is not written where an old one is',
    broken<StorageClass>('storage-class-labels', (wanted, key, world, { world: { spoke } }) => {
      const label = contract.label.storageId
      const was = world.meta(spoke.StorageClass, key)?.metadata.labels?.[label]
      const is = wanted.is === 'edited' ? wanted.object.metadata.labels?.[label] : undefined
      return was !== undefined && is !== undefined ? leave() : wanted
    }),
  ],
]

it.each(ways)(
  '%s: found out within a few histories',
  async (_what, agentMutation) => {
    for (let seed = 1; seed <= mostSeeds; seed += 1) {
      const { wrong } = await runFleetSeed({ seed, steps, agentMutation })
      if (wrong.length > 0) return
    }
    expect.fail(`${mostSeeds} histories of ${steps} steps found nothing`)
  },
  1_200_000,
)
