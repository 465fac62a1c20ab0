import assert from 'node:assert/strict'
import { Engine } from '../../src/derived/engine.ts'
import { ModelCache } from './model-cache.ts'
import { ModelClock } from './model-clock.ts'
import { configName, inputNames, kinds, rules, type Config, type Input, type Wish } from './model-rules.ts'
import { compareWithScratch } from './model-compare.ts'
import { ModelFaults } from './model-faults.ts'
import { ModelServer } from './model-server.ts'

export interface ModelResult {
  readonly checks: number
  readonly writes: number
  readonly crashes: number
  readonly evaluations: number
  /** How often each fault began, and how often a contest was found out. */
  readonly faults: ReadonlyMap<string, number>
}

const wishNames = Array.from({ length: 6 }, (_, n) => `w${n}`)
const silent = { debug: () => undefined, info: () => undefined, error: () => undefined }

/** Runs everything that is due in the microtask queue. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** One random history of `steps` steps; throws an assertion error that names what differs. */
export class Model {
  readonly #clock: ModelClock
  readonly #server = new ModelServer()
  #cache: ModelCache
  #engine: Engine | undefined
  #stop = new AbortController()
  #crashes = 0
  #checks = 0
  #evaluations = 0
  #contests = 0
  #failure: Error | undefined
  readonly #faults: ModelFaults

  constructor(seed: number) {
    this.#clock = new ModelClock(seed)
    this.#faults = new ModelFaults(this.#clock, this.#server)
    this.#cache = new ModelCache(this.#server, kinds, this.#clock)
    this.#server.userPut('Config', { metadata: { name: configName }, entries: { user: 'kept' } } as Config)
    this.#boot()
  }

  async run(steps: number, checkEvery: number): Promise<ModelResult> {
    for (let step = 1; step <= steps; step += 1) {
      // A check finds something in the middle of going wrong, every second time a fight.
      if (step % checkEvery === checkEvery - 100)
        this.#faults.begin(this.#clock.below(2) === 0 ? 'fight' : undefined)
      await this.#step()
      if (step % checkEvery === 0) await this.#check()
      else if (step % checkEvery === checkEvery / 2) await this.#calm()
    }
    await this.#check()
    this.#stop.abort()
    await settle()
    return {
      checks: this.#checks,
      writes: this.#server.writes,
      crashes: this.#crashes,
      evaluations: this.#evaluations,
      faults: new Map<string, number>([...this.#faults.counts, ['contest', this.#contests]]),
    }
  }

  #boot(): void {
    this.#stop = new AbortController()
    this.#cache = new ModelCache(this.#server, kinds, this.#clock)
    this.#engine = new Engine({
      name: 'model',
      derived: rules,
      cache: this.#cache,
      clients: { c: this.#server },
      clock: this.#clock,
      logger: {
        ...silent,
        error: (fields) => {
          if (!('err' in fields)) return
          const error = fields.err
          // Lost connections are part of the model; a throw of a rule or of the engine is not.
          if (!(error instanceof Error) || error.name !== 'KubeError') this.#failure = asError(error)
        },
      },
      workers: 4,
      observer: {
        evaluated: () => (this.#evaluations += 1),
        contested: (_rule, what) => (this.#contests += what === 'begins' ? 1 : 0),
      },
    })
    this.#engine.start(this.#stop.signal).catch((error: unknown) => (this.#failure = asError(error)))
  }

  async #step(): Promise<void> {
    this.#faults.step(this.#cache)
    const dice = this.#clock.random()
    if (dice < 0.14) this.#userDoes()
    else if (dice < 0.55) {
      this.#deliverSome()
      await settle()
    } else if (dice < 0.94) {
      const { pending } = this.#server
      if (pending.length > 0) this.#server.answer(this.#clock.below(pending.length), this.#faults.answer())
      await settle()
    } else if (dice < 0.997) {
      this.#clock.advance(this.#clock.below(3) === 0 ? this.#clock.below(70_000) : this.#clock.below(400))
      await settle()
    } else await this.#crash()
    this.#throwFailure()
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw new Error('the engine failed', { cause: this.#failure })
  }

  #deliverSome(relists = 0.02): void {
    const of = this.#clock.pick(this.#cache.kinds)
    if (of === undefined) return
    if (!this.#cache.isStarted(of) || this.#clock.random() < relists) this.#cache.startList(of)
    else for (let n = this.#clock.below(4); n >= 0; n -= 1) this.#cache.deliver(of)
  }

  /** The process dies: of what it had sent, some took effect. */
  async #crash(): Promise<void> {
    this.#crashes += 1
    this.#stop.abort()
    const { pending } = this.#server
    while (pending.length > 0)
      this.#server.answer(0, this.#clock.random() < 0.5 ? 'lost-before' : 'lost-after')
    await settle()
    assert.equal(pending.length, 0, 'a stopped engine sent something')
    this.#boot()
  }

  /** One of the first `choices` things that users do. */
  #userDoes(choices = 13): void {
    const { below, pick } = {
      below: (n: number) => this.#clock.below(n),
      pick: <T>(items: readonly T[]) => this.#clock.pick(items),
    }
    const server = this.#server
    const wish = pick(wishNames) ?? ''
    const input = pick(inputNames) ?? ''
    const copies = server.all('Copy').map(({ metadata }) => metadata.name ?? '')
    switch (below(choices)) {
      case 0:
      case 1: {
        if (server.all('Wish').some(({ metadata }) => metadata.name === wish)) return
        const targets = inputNames.filter(() => below(4) === 0)
        return server.userPut('Wish', { metadata: { name: wish }, spec: { targets } } as Wish)
      }
      case 2:
        return server.userDelete('Wish', wish)
      case 3:
      case 4:
        return server.userPut('Input', {
          metadata: { name: input },
          type: below(3) === 0 ? 'b' : 'a',
          data: { v: String(below(5)), [`k${below(3)}`]: 'x' },
        } as Input)
      case 5:
        return server.userDelete('Input', input)
      case 6:
        return server.userEdit('Copy', pick(copies) ?? '', (object) => ({
          ...object,
          data: { v: 'edited', extra: 'x' },
        }))
      case 7:
        return server.userDelete('Copy', pick(copies) ?? '')
      case 8:
        return server.userEdit('Copy', pick(copies) ?? '', (object) => ({
          ...object,
          metadata: { ...object.metadata, labels: {} },
        }))
      case 9:
        return below(4) === 0
          ? server.userDelete('Config', configName)
          : server.userPut('Config', {
              metadata: { name: configName },
              entries: { user: `kept${below(3)}` },
            } as Config)
      case 10:
        return server.userEdit('Wish', wish, (object) => ({ ...object, status: { phase: 'Nonsense' } }))
      case 11:
        return server.userEdit('Wish', wish, (object) => ({
          ...object,
          metadata: { ...object.metadata, labels: { n: String(below(9)) } },
        }))
      case 12:
        if (copies.includes(input))
          return server.userEdit('Summary', 'summary', (object) => ({ ...object, names: ['nobody'] }))
        return below(6) === 0
          ? server.userPut('Copy', {
              metadata: { name: input, annotations: { foreign: 'yes' } },
              type: 'a',
              data: {},
            } as Input)
          : undefined
    }
  }

  /** Lets everything arrive, compares with a computation from scratch, and then nothing more may be written. */
  async #check(): Promise<void> {
    this.#checks += 1
    this.#faults.end()
    if (!this.#server.all('Config').length)
      this.#server.userPut('Config', { metadata: { name: configName }, entries: {} } as Config)
    await this.#quiesce()
    compareWithScratch(this.#server, this.#engine?.explain() ?? [])
    const { version } = this.#server
    await this.#quiesce()
    assert.equal(this.#server.version, version, 'something was written after everything had settled')
    assert.deepEqual(this.#server.idleWrites, [], 'a write changed nothing: it was done before')
  }

  async #quiesce(): Promise<void> {
    const { pending } = this.#server
    // Longer than the longest back-off (1000 s), so that every retry has come.
    for (let round = 0; round < 25; round += 1) {
      for (let busy = true, n = 0; busy; n += 1) {
        assert.ok(n < 20_000, 'never comes to rest')
        busy = false
        for (const of of this.#cache.kinds) {
          if (!this.#cache.isStarted(of)) this.#cache.startList(of)
          while (this.#cache.deliver(of)) busy = true
        }
        await settle()
        for (; pending.length > 0; busy = true) {
          this.#server.answer(0, 'well')
          await settle()
        }
        this.#clock.advance(300)
        await settle()
        busy ||= pending.length > 0
        this.#throwFailure()
      }
      this.#clock.advance(60_000)
      await settle()
    }
  }

  /**
   * Users do something and the caches know of it at once; then only the engine's own writes lag, lists
   * included. Nothing that only one rule writes may be refused then: own writes are in the cache at once.
   */
  async #calm(): Promise<void> {
    this.#faults.end()
    await this.#quiesce()
    for (let n = 0; n < 8; n += 1) this.#userDoes(5)
    for (const of of this.#cache.kinds) while (this.#cache.deliver(of));
    const refusals = this.#server.refusals.length
    // What stands there without our label cannot be in the cache: found out by trying.
    const unlabelled = this.#server
      .all('Copy')
      .filter(({ metadata }) => metadata.labels?.['ours'] === undefined)
      .map(({ metadata }) => `Copy create ${metadata.name} AlreadyExists`)
    for (let n = 0; n < 150; n += 1) {
      if (this.#clock.random() < 0.4) this.#deliverSome(0.2)
      else if (this.#server.pending.length > 0)
        this.#server.answer(this.#clock.below(this.#server.pending.length), 'well')
      await settle()
      this.#clock.advance(this.#clock.below(100))
      await settle()
    }
    const refused = this.#server.refusals
      .slice(refusals)
      .filter((what) => !what.startsWith('Wish') && !unlabelled.includes(what))
    assert.deepEqual(refused, [], 'a write was refused although only the engine wrote')
  }
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error('not an Error was thrown', { cause: error })
