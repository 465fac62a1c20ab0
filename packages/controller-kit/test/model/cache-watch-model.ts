import { setImmediate as turn } from 'node:timers/promises'
import { keyOf, keyText, type DeepReadonly } from '@odfmo/api-types/meta'
import { expect } from 'vitest'
import type { CacheEvent } from '../../src/cache/cache.ts'
import { Informers } from '../../src/cache/informers.ts'
import { CacheFollower } from './cache-follower.ts'
import { c, kinds, names, namespaces, scopes, type Scope } from './cache-kinds.ts'
import { CacheServer } from './cache-server.ts'
import { failure, stateText, type Thing } from './cache-table.ts'
import { ModelClock } from './model-clock.ts'

const statuses = [0, 0, 429, 500, 503, 504]

/**
 * Real informers against a server that does what servers do, in random order. Held at all times: each listener can follow
 * the cache by its events, no event tells what never was, nothing goes back in time but with the server, and (where
 * nobody writes past the watch) every synced cache is what the server had at one moment, never half of it. Held in the
 * end: the caches are what the server has, and nothing is left open.
 */
export class WatchModel {
  readonly #clock: ModelClock
  readonly #server: CacheServer
  readonly #ownWrites: boolean
  readonly #initialState: 'stream' | 'pages'
  #informers: Informers
  #stop = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #some: readonly string[] = []
  #quietUntil = 0
  #follower: CacheFollower
  /** By scope, every state that the server ever had. */
  readonly #states = new Map<Scope, Set<string>>(scopes.map((scope) => [scope, new Set()]))
  readonly #answers: { readonly key: string; arrive(): void }[] = []
  readonly counts = { events: 0, compared: 0, restores: 0, restarts: 0, streams: 0, lists: 0, ownWrites: 0 }

  constructor(seed: number) {
    this.#clock = new ModelClock(seed)
    this.#server = new CacheServer(this.#clock, this.#clock.below(3) > 0)
    this.#ownWrites = this.#clock.below(2) === 0
    this.#initialState = this.#clock.below(3) === 0 ? 'pages' : 'stream'
    this.#server.onChange = () => this.#remember()
    for (const namespace of namespaces) this.#server.put('things', { namespace, name: 'a' }, { ours: '' })
    this.#serve(true)
    this.#follower = new CacheFollower(this.#server)
    this.#informers = this.#start()
  }

  async run(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      if (step === this.#quietUntil) await this.#calm()
      await this.#step(step)
      this.#remember()
      await turn()
      this.#check(`step ${step}`)
    }
    await this.#calm()
    this.#stop.abort()
    await this.#running
    expect([this.#server.pending.length, this.#server.streams.size], 'left open').toEqual([0, 0])
  }

  async #step(step: number): Promise<void> {
    const clock = this.#clock
    const server = this.#server
    const stream = clock.pick([...server.streams])
    switch (clock.below(24)) {
      case 0:
      case 1:
      case 2:
      case 3:
        if (step >= this.#quietUntil) this.#write()
        return
      case 4:
      case 5:
      case 6:
      case 7:
      case 8: {
        const [pending] = server.pending.splice(clock.below(server.pending.length), 1)
        if (pending === undefined) return
        if (pending.verb === 'list') this.counts.lists += 1
        if (clock.below(5) > 0) pending.answer()
        else pending.fail(failure(clock.pick(statuses) ?? 0))
        return
      }
      case 9:
      case 10:
      case 11:
      case 12:
      case 13:
        stream?.deliver(1 + clock.below(4))
        return
      case 14:
        stream?.bookmark(server.version)
        return
      case 15:
        return clock.pick([
          () => stream?.end(),
          () => stream?.fail(failure(clock.pick(statuses) ?? 0)),
          () => undefined,
        ])?.()
      case 16:
        if (clock.below(4) === 0) server.compact(clock.pick(['things', 'widgets']) ?? '')
        return
      case 17:
        if (step >= this.#quietUntil && clock.below(6) === 0) this.#serve(!server.table('widgets').served)
        return
      case 18:
        if (clock.below(6) === 0) server.table('things').forbidden = !server.table('things').forbidden
        return
      case 19:
        if (clock.below(3) > 0) return
        this.#some = namespaces.filter(() => clock.below(2) === 0)
        this.#informers.setNamespaces(c.Some, this.#some)
        return
      case 20:
        if (clock.below(5) > 0) return
        return clock.below(2) === 0 ? this.#restore(step) : this.#restart()
      case 21:
        return this.#answers.splice(0, 1)[0]?.arrive()
      case 22:
      case 23:
        clock.advance(clock.below(20_000))
        return
    }
  }

  #write(): void {
    const clock = this.#clock
    const server = this.#server
    const key = { namespace: clock.pick(namespaces) ?? '', name: clock.pick(names) ?? '' }
    const isWidget = clock.below(4) === 0
    const text = `${isWidget} ${keyText(key)}`
    if (isWidget && !server.table('widgets').served) return
    const of = isWidget ? [c.Widget] : [c.All, c.Ours, c.Some]
    const own = this.#ownWrites && clock.below(2) === 0
    if (clock.below(4) === 0) {
      // Nobody deletes what he is still writing.
      if (own) this.#answer((answer) => answer.key === text)
      const uid = server.delete(isWidget ? 'widgets' : 'things', key)
      if (own && uid !== undefined) for (const each of of) this.#informers.deleted(each, key, uid)
      return
    }
    const labels: Record<string, string> = clock.below(3) === 0 ? {} : { ours: '' }
    const object = server.put(isWidget ? 'widgets' : 'things', key, labels)
    if (!own) return
    const { restores } = server
    const informers = this.#informers
    // An answer of a server, or to a process, that is no more does not come.
    this.#answers.push({
      key: text,
      arrive: () => {
        if (server.restores !== restores || informers !== this.#informers) return
        this.counts.ownWrites += 1
        for (const each of of) informers.wrote(each, object)
      },
    })
  }

  #answer(comes: (answer: { readonly key: string }) => boolean): void {
    for (const answer of this.#answers.filter(comes)) {
      this.#answers.splice(this.#answers.indexOf(answer), 1)
      answer.arrive()
    }
  }

  #serve(served: boolean): void {
    this.#server.serve('widgets', served, this.#clock.below(2) === 0)
    const key = { name: 'widgets.g' }
    if (served) this.#server.put('customresourcedefinitions', key, {})
    else this.#server.delete('customresourcedefinitions', key)
  }

  #restore(step: number): void {
    const server = this.#server
    const versionsGoOn = this.#clock.below(2) === 0
    if (step < this.#quietUntil || !server.restore('things', 3 + this.#clock.below(10), versionsGoOn)) return
    this.counts.restores += 1
    server.table('widgets').served = server.table('customresourcedefinitions').objects.size > 0
    // Versions that went back and have passed again where somebody stood: no client could notice that.
    if (!versionsGoOn) this.#quietUntil = step + 80
  }

  async #restart(): Promise<void> {
    this.counts.restarts += 1
    this.#stop.abort()
    await this.#running
    this.#informers = this.#start()
  }

  #start(): Informers {
    this.#stop = new AbortController()
    const informers = new Informers({
      clients: { c: this.#server },
      watches: kinds,
      clock: this.#clock,
      initialState: this.#initialState,
      observer: {
        listed: () => undefined,
        watchOpened: () => (this.counts.streams += 1),
        failed: () => undefined,
        listenerThrew: () => undefined,
      },
    })
    const follower = new CacheFollower(this.#server)
    this.#follower = follower
    informers.onEvent((event) => {
      this.counts.events += 1
      follower.event(event as CacheEvent<Thing>)
    })
    informers.onForget(({ of, key }) => follower.forget(of, key))
    informers.setNamespaces(c.Some, this.#some)
    this.#running = informers.start(this.#stop.signal)
    return informers
  }

  #serverState({ of, namespace }: Scope): string {
    const { objects, served } = this.#server.table(of.kind.plural)
    if (!served) return ''
    return stateOf(
      [...objects.values()].filter(
        ({ metadata }) =>
          (namespace === undefined || metadata.namespace === namespace) &&
          (of.labelSelector === undefined || of.labelSelector in (metadata.labels ?? {})),
      ),
    )
  }

  #cacheState({ of, namespace }: Scope): string {
    const objects = this.#informers.list(of)
    return stateOf(
      objects.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace),
    )
  }

  #remember(): void {
    for (const [scope, states] of this.#states) states.add(this.#serverState(scope))
  }

  #check(where: string): void {
    expect(this.#follower.problems, where).toEqual([])
    for (const of of kinds) {
      const followed = stateOf(this.#follower.objects(of))
      if (followed !== stateOf(this.#informers.list(of)))
        throw new Error(`${where}: ${of.name} cannot be followed`)
    }
    if (this.#ownWrites) return
    for (const [scope, states] of this.#states) {
      const { of, namespace } = scope
      const state = this.#cacheState(scope)
      if (this.#informers.sync(of, namespace).is !== 'synced' || states.has(state)) continue
      throw new Error(`${where}: ${of.name} ${namespace ?? ''} is what never was at one time:\n${state}`)
    }
    this.counts.compared += 1
  }

  /** Nothing fails any more, and nobody writes. */
  async #calm(): Promise<void> {
    this.#server.table('things').forbidden = false
    this.#answer(() => true)
    let differs = ''
    for (let i = 0; i < 300; i++) {
      for (const { answer } of this.#server.pending.splice(0)) answer()
      for (const stream of this.#server.streams) {
        if (stream.awaitsEnd) stream.bookmark(this.#server.version)
        while (stream.deliver(10));
      }
      this.#remember()
      await turn()
      this.#check(`calm ${i}`)
      differs = this.#differs()
      if (differs === '') return
      this.#clock.advance(2000)
    }
    throw new Error(`after the calm: ${differs}`)
  }

  #differs(): string {
    for (const scope of scopes) {
      const { of, namespace } = scope
      if (namespace !== undefined && !this.#some.includes(namespace)) continue
      const is = this.#informers.sync(of, namespace).is
      const wanted = this.#server.table(of.kind.plural).served ? 'synced' : 'notServed'
      if (is !== wanted) return `${of.name} is ${is}`
      if (this.#cacheState(scope) !== this.#serverState(scope))
        return `${of.name} has\n${this.#cacheState(scope)}\nand the server\n${this.#serverState(scope)}`
    }
    return ''
  }
}

const stateOf = (objects: readonly DeepReadonly<Thing>[]): string =>
  objects
    .map((object) => `${keyText(keyOf(object))} ${stateText(object)}`)
    .toSorted()
    .join('\n')
