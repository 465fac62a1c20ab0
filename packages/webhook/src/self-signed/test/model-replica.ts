import { bundleToWrite, secretToWrite } from '../decide-again.ts'
import { mostWrites } from '../contested.ts'
import { noMemory, remember } from '../memory.ts'
import { nextAction } from '../next-action.ts'
import { configurationNames, type Observation, type Serving, type Written } from '../observation.ts'
import type { Objects } from './model-server.ts'
import { modelLifetimes as lifetimes, type Surroundings } from './surroundings.ts'

type Cached = { [K in Written]: { version: number; view: Objects[K] } }
type Edit<K extends Written> = (live: Objects[K]) => Objects[K] | undefined

const mostTries = 6
const retryMs = 250

/** A replica's life: it ends and begins anew, and knows then only what it sees. */
export class ModelReplica {
  readonly name: string
  readonly #world: Surroundings
  alive = false
  serving: Serving | undefined
  clockOffsetMs = 0
  /** Made by a clock that was wrong then. */
  servesWrongTime = false
  #life = 0
  #isCut = false
  #isBusy = false
  #isDirty = false
  #timer = 0
  #bornAt = 0
  #cache: Cached
  #memory = noMemory
  #written: Record<Written, number[]> = { secret: [], mutating: [], validating: [] }

  constructor(world: Surroundings, index: number) {
    this.#world = world
    this.name = `replica ${index}`
    this.#cache = this.#readAll()
  }

  start(): void {
    if (this.alive) return
    this.#world.say(`${this.name} starts`)
    this.#life += 1
    this.alive = true
    this.serving = undefined
    this.#isBusy = false
    this.#isDirty = false
    this.#bornAt = this.#world.queue.now
    this.#memory = noMemory
    this.#written = { secret: [], mutating: [], validating: [] }
    this.#cache = this.#readAll()
    this.#wake()
  }

  /** What it has sent may still arrive. */
  crash(): void {
    if (this.alive) this.#world.say(`${this.name} crashes`)
    this.alive = false
    this.#life += 1
  }

  /** The server cannot be reached, for a while. */
  cut(forMs: number): void {
    this.#world.say(`${this.name} is cut off for ${forMs}`)
    this.#isCut = true
    this.#world.queue.in(forMs, () => {
      this.#isCut = false
      for (const what of ['secret', ...configurationNames] as const) this.learn(what)
    })
  }

  /** A watch tells what is there now. */
  learn(what: Written): void {
    if (!this.alive || this.#isCut) return
    this.#take(what)
    this.#wake()
  }

  #take(what: Written): void {
    const stored = this.#world.server.read(what)
    if (stored.version > this.#cache[what].version) this.#cache = { ...this.#cache, [what]: stored }
  }

  #readAll(): Cached {
    const { server } = this.#world
    return {
      secret: server.read('secret'),
      mutating: server.read('mutating'),
      validating: server.read('validating'),
    }
  }

  #later(delayMs: number, run: () => void): void {
    const life = this.#life
    this.#world.queue.in(delayMs, () => {
      if (this.#life === life) run()
    })
  }

  #wake(): void {
    this.#isDirty = true
    if (this.#isBusy) return
    this.#isBusy = true
    this.#later(this.#world.upTo(5), () => this.#step())
  }

  #look(): Observation {
    const { secret, mutating, validating } = this.#cache
    const monotonicMs = this.#world.queue.now - this.#bornAt
    const now = this.#now()
    const configurations = { mutating: mutating.view, validating: validating.view }
    const look = { secret: secret.view, configurations, now, monotonicMs }
    this.#memory = remember(this.#memory, look, lifetimes.backdateMs)
    const ago = (what: Written) => this.#written[what].map((at) => monotonicMs - at)
    return {
      ...look,
      memory: this.#memory,
      serving: this.serving,
      writesAgoMs: { secret: ago('secret'), mutating: ago('mutating'), validating: ago('validating') },
    }
  }

  #now(): number {
    return this.#world.queue.now + this.clockOffsetMs
  }

  #step(): void {
    this.#isDirty = false
    const seen = this.#look()
    const action = nextAction(seen, lifetimes)
    switch (action.is) {
      case 'wait':
        this.#rest(action.forMs)
        return
      case 'serve': {
        const { key: _key, ...authority } = action.by
        const notAfter = Math.min(seen.now + lifetimes.leafMs, authority.notAfter)
        this.#world.say(`${this.name} serves ${authority.id}`)
        this.serving = { authority, createdAt: seen.now, notAfter }
        this.servesWrongTime = this.clockOffsetMs !== 0
        this.#later(this.#world.upTo(3), () => this.#step())
        return
      }
      case 'createSecret':
        this.#write('secret', (live) => {
          if (live.is !== 'missing') return undefined
          return { is: 'ours', authorities: [this.#world.newAuthority(this.#now())] }
        })
        return
      case 'writeSecret':
        this.#write('secret', (live) => {
          const wanted = secretToWrite(live, seen, lifetimes)
          if (wanted === undefined || live.is !== 'ours') return undefined
          const made = wanted.fresh ? [this.#world.newAuthority(this.#now())] : []
          return { is: 'ours', authorities: [...made, ...wanted.keep] }
        })
        return
      case 'writeBundle': {
        const { configuration } = action
        this.#write(configuration, (live) => {
          const bundle = bundleToWrite(configuration, live, seen, lifetimes)
          return bundle === undefined ? undefined : { is: 'ours', bundle, hasGarbage: false }
        })
      }
    }
  }

  #rest(forMs: number): void {
    this.#isBusy = false
    if (this.#isDirty) {
      this.#wake()
      return
    }
    this.#timer += 1
    const timer = this.#timer
    this.#later(forMs, () => {
      if (this.#timer === timer) this.#wake()
    })
  }

  /** As the kit's applier writes: over what the cache has, and after a conflict over what is there. */
  #write<K extends Written>(what: K, edit: Edit<K>): void {
    this.#written[what] = [...this.#written[what], this.#world.queue.now - this.#bornAt].slice(-mostWrites)
    const attempt = (tries: number): void => {
      const { version, view } = this.#cache[what]
      const wanted = edit(view)
      if (wanted === undefined) this.#later(0, () => this.#step())
      else if (tries > mostTries) this.#later(retryMs, () => this.#step())
      else this.#send(what, { version, wanted }, () => attempt(tries + 1))
    }
    attempt(1)
  }

  #send<K extends Written>(
    what: K,
    { version, wanted }: { readonly version: number; readonly wanted: Objects[K] },
    again: () => void,
  ): void {
    const { queue, server } = this.#world
    const life = this.#life
    // It arrives even when the replica has ended in between.
    queue.in(this.#world.upTo(20), () => {
      if (this.#isCut) {
        this.#later(retryMs, () => this.#step())
        return
      }
      const isStored = server.write(what, version, wanted)
      if (isStored) this.#world.say(`${this.name} wrote ${what}: ${textOf(wanted)}`)
      if (this.#life !== life) return
      const isAnswerLost = this.#world.random() < 0.05
      this.#later(this.#world.upTo(20), () => {
        if (isAnswerLost) {
          this.#later(retryMs, () => this.#step())
          return
        }
        this.#take(what)
        if (isStored) this.#step()
        else again()
      })
    })
  }
}

const textOf = (view: Objects[Written]): string => {
  if (view.is !== 'ours') return view.is
  return ('bundle' in view ? view.bundle : view.authorities).map(({ id }) => id).join(' ')
}
