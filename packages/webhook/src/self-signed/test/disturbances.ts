import { configurationNames, type SecretView } from '../observation.ts'
import { turningMs } from '../retention.ts'
import type { ModelWorld } from './model-world.ts'
import { modelLifetimes } from './surroundings.ts'

/** Somebody who breaks something; each thing that is known to happen to such objects. */
type Disturbance = (world: ModelWorld) => void

const replicaOf = (world: ModelWorld) => world.replicas[world.upTo(world.replicas.length)]

/** What happens to processes, with nobody to blame. */
export const ends: Readonly<Record<string, Disturbance>> = {
  crash(world) {
    const replica = replicaOf(world)
    replica?.crash()
    world.queue.in(world.upTo(3000), () => replica?.start())
  },
  restart(world) {
    const replica = replicaOf(world)
    replica?.crash()
    replica?.start()
  },
  cut(world) {
    replicaOf(world)?.cut(world.upTo(turningMs(modelLifetimes) / 2))
  },
}

const secretOf = (world: ModelWorld): SecretView => world.server.read('secret').view

const setSecret = (world: ModelWorld, what: string, view: SecretView): void => {
  world.say(`somebody ${what}`)
  world.server.force('secret', view)
}

const setBundle = (
  world: ModelWorld,
  what: string,
  view: (world: ModelWorld) => Parameters<typeof world.server.force<'mutating'>>[1],
): void => {
  const name = configurationNames[world.upTo(2)] ?? 'mutating'
  world.say(`somebody ${what} ${name}`)
  world.taint(name)
  world.server.force(name, view(world))
}

/** What somebody does to the objects. */
export const meddling: Readonly<Record<string, Disturbance>> = {
  deleteSecret: (world) => setSecret(world, 'deletes the Secret', { is: 'missing' }),
  breakSecret(world) {
    setSecret(world, 'breaks the Secret', { is: 'ours', authorities: [], damage: 'garbage' })
  },
  takeKeys(world) {
    const view = secretOf(world)
    if (view.is !== 'ours') return
    const authorities = view.authorities.map(({ key: _key, ...authority }) => authority)
    setSecret(world, 'takes the keys', { is: 'ours', authorities })
  },
  takeNewest(world) {
    const view = secretOf(world)
    if (view.is === 'ours')
      setSecret(world, 'takes the newest CA', { is: 'ours', authorities: view.authorities.slice(1) })
  },
  restoreSecret(world) {
    const view = secretOf(world)
    if (view.is !== 'ours') return
    world.queue.in(world.upTo(modelLifetimes.authorityMs), () =>
      setSecret(world, 'restores the Secret', view),
    )
  },
  ownsSecret(world) {
    setSecret(world, 'puts a Secret of his own there', { is: 'foreign', why: 'not ours' })
    world.queue.in(world.upTo(2000), () => setSecret(world, 'takes it away', { is: 'missing' }))
  },
  emptyBundle: (world) => setBundle(world, 'empties', () => ({ is: 'ours', bundle: [], hasGarbage: false })),
  garbageBundle(world) {
    setBundle(world, 'writes garbage into', () => ({ is: 'ours', bundle: [], hasGarbage: true }))
  },
  otherBundle(world) {
    setBundle(world, 'puts another CA into', () => ({
      is: 'ours',
      bundle: [world.stranger()],
      hasGarbage: false,
    }))
  },
  recreateConfiguration(world) {
    setBundle(world, 'deletes', () => ({ is: 'missing' }))
    world.queue.in(world.upTo(1000), () => {
      for (const name of configurationNames) {
        if (world.server.read(name).view.is !== 'missing') continue
        world.say(`somebody creates ${name}`)
        world.taint(name)
        world.server.force(name, { is: 'ours', bundle: [], hasGarbage: false })
      }
    })
  },
}

/** One clock is wrong for a while: shorter than a certificate lasts, by up to three times what a CA lasts. */
export const wrongClock: Disturbance = (world) => {
  const replica = replicaOf(world)
  if (replica === undefined) return
  replica.clockOffsetMs = Math.floor((world.random() * 2 - 1) * 3 * modelLifetimes.authorityMs)
  world.say(`the clock of ${replica.name} is wrong by ${replica.clockOffsetMs}`)
  world.queue.in(world.upTo(modelLifetimes.leafMs / 2), () => {
    replica.clockOffsetMs = 0
    world.say(`the clock of ${replica.name} is right`)
  })
}
