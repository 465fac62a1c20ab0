import {
  Applier,
  Informers,
  sleep,
  type Applied,
  type Clock,
  type InformerObserver,
  type InformerStats,
  type KubeClient,
  type Logger,
  type WriteCounter,
} from '@odfmo/controller-kit'
import type { CertificateSource, ServingCertificate } from '../serving/certificate-source.ts'
import type { SigningAuthority } from './authority.ts'
import { viewOfSecret } from './ca-secret.ts'
import { selfSignedKinds, type SelfSignedKinds } from './kinds.ts'
import { mostWrites } from './contested.ts'
import { checkLifetimes, type Lifetimes } from './lifetimes.ts'
import { newAuthority, newLeaf } from './make-certificates.ts'
import { noMemory, remember } from './memory.ts'
import type { SelfSignedNames } from './names.ts'
import { nextAction, type Action } from './next-action.ts'
import type { ConfigurationName, ConfigurationView, Observation, Serving, Written } from './observation.ts'
import { shortId } from './read-certificates.ts'
import { viewOfConfiguration } from './webhook-configuration.ts'
import { createSecret, webhookNames, writeBundle, writeSecret, type Deciding } from './write-intents.ts'
import type { Material } from './x509/material.ts'

/** Where a CA of our own is kept, for whom it signs, and with what. */
export interface SelfSignedOptions {
  readonly client: KubeClient
  readonly names: SelfSignedNames
  /** Host names and IP addresses by which the server is called; at least one. */
  readonly hosts: readonly string[]
  readonly lifetimes: Lifetimes
  readonly clock: Clock
  readonly material: Material
  readonly logger: Logger
  /** Of the kit's metrics; left out: not counted. */
  readonly observer?: WriteCounter & { readonly informerObserver: InformerObserver }
}

/** What it looks at, and writes through. */
interface Looking {
  readonly informers: Informers
  readonly applier: Applier
  readonly signal: AbortSignal
}

type Wait = Extract<Action, { readonly is: 'wait' }>

/** Of a write that failed: the server may be away, or rights missing. In between, every change is looked at. */
const retryMs = (failures: number): number => Math.min(30_000, 250 * 2 ** Math.min(failures, 10))

/**
 * Certificates by a CA of our own, which all replicas share by one Secret and which the webhook configurations are told of; see
 * `nextAction` for how replicas agree. Each has a certificate of its own, in memory. While the API server is away, or refuses,
 * it serves what it has, and goes on renewing that.
 */
export class SelfSignedCertificates implements CertificateSource {
  readonly #options: SelfSignedOptions
  readonly #kinds: SelfSignedKinds
  readonly #listeners = new Set<(certificate: ServingCertificate) => void>()
  readonly #written: Record<Written, number[]> = { secret: [], mutating: [], validating: [] }
  #informers: Informers | undefined
  #memory = noMemory
  #current: ServingCertificate | undefined
  #serving: Serving | undefined
  #problem: string | undefined
  #failures = 0

  /** Throws a RangeError for lifetimes that do not fit together. */
  constructor(options: SelfSignedOptions) {
    checkLifetimes(options.lifetimes)
    this.#options = options
    this.#kinds = selfSignedKinds(options.client.cluster, options.names)
  }

  current(): ServingCertificate | undefined {
    return this.#current
  }

  problem(): string | undefined {
    if (this.#problem !== undefined) return this.#problem
    if (this.#current !== undefined) return undefined
    const unsynced = this.#informers?.unsynced() ?? []
    if (unsynced.length === 0) return 'no certificate has been made yet'
    return unsynced.map(({ name, why }) => `${name}: ${why}`).join('; ')
  }

  subscribe(listener: (certificate: ServingCertificate) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  caches(): readonly InformerStats[] {
    return this.#informers?.stats() ?? []
  }

  async run(signal: AbortSignal): Promise<void> {
    const { client, clock, logger, observer } = this.#options
    const clients = { [client.cluster]: client }
    const informers = new Informers({
      clients,
      watches: this.#kinds.watched,
      clock,
      logger,
      ...(observer === undefined ? {} : { observer: observer.informerObserver }),
    })
    this.#informers = informers
    const writes = { name: 'odfmo-webhook', cache: informers, clients, clock, logger }
    const applier = new Applier(observer === undefined ? writes : { ...writes, observer })
    const looking = informers
      .waitForSync(signal)
      .then(() => this.#follow({ informers, applier, signal }))
      .catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
    await Promise.all([informers.start(signal), looking])
  }

  /** Looks whenever something has changed, and when something is due. */
  async #follow(looking: Looking): Promise<void> {
    const { informers, signal } = looking
    let changed = new AbortController()
    const unsubscribe = informers.onEvent(() => changed.abort())
    while (!signal.aborted) {
      // What changes from here on is looked at once more.
      changed = new AbortController()
      const forMs = await this.#act(looking)
      await sleep(this.#options.clock, forMs, AbortSignal.any([signal, changed.signal])).catch(
        () => undefined,
      )
    }
    unsubscribe()
  }

  /** Does what is to be done now; answers when to look again. */
  async #act(looking: Looking): Promise<number> {
    const { logger } = this.#options
    try {
      const { forMs, problem } = await this.#actUntilQuiet(looking)
      this.#failures = 0
      this.#tell(problem)
      return forMs
    } catch (error) {
      if (looking.signal.aborted) return 0
      this.#failures += 1
      this.#problem = error instanceof Error ? error.message : String(error)
      logger.error({ err: error }, 'the CA of the webhook could not be looked after, trying again')
      return retryMs(this.#failures)
    }
  }

  async #actUntilQuiet({ informers, applier, signal }: Looking): Promise<Wait> {
    const { lifetimes, material, names, clock, logger } = this.#options
    for (;;) {
      signal.throwIfAborted()
      const seen = this.#look(informers)
      const action = nextAction(seen, lifetimes)
      const deciding: Deciding = {
        seen,
        kinds: this.#kinds,
        names,
        lifetimes,
        newAuthority: () => newAuthority(clock.now(), lifetimes, material),
      }
      switch (action.is) {
        case 'wait':
          return action
        case 'serve':
          this.#serve(action.by, seen.now)
          break
        case 'createSecret':
          await this.#wrote('secret', applier.apply(createSecret(deciding), signal))
          break
        case 'writeSecret': {
          const { why, fresh } = action
          logger.info({ why, fresh, secret: names.secret }, 'writing the Secret of the CA anew')
          await this.#wrote('secret', applier.apply(writeSecret(deciding), signal))
          break
        }
        case 'writeBundle': {
          const { configuration, authorities } = action
          logger.info({ configuration, trusted: authorities.map(shortId) }, 'writing a caBundle')
          await this.#wrote(configuration, applier.apply(writeBundle(configuration, deciding), signal))
          break
        }
      }
    }
  }

  #look(cache: Informers): Observation {
    const { clock, names, lifetimes } = this.#options
    const { backdateMs } = lifetimes
    const { Secret: secrets } = this.#kinds
    const viewOf = (name: ConfigurationName): ConfigurationView =>
      viewOfConfiguration(cache.get(this.#kinds[name], { name: names[name] }), webhookNames[name], backdateMs)
    const monotonicMs = clock.monotonic()
    const look = {
      now: clock.now(),
      monotonicMs,
      secret: viewOfSecret(
        cache.get(secrets, { namespace: names.namespace, name: names.secret }),
        backdateMs,
      ),
      configurations: { mutating: viewOf('mutating'), validating: viewOf('validating') },
    }
    this.#memory = remember(this.#memory, look, backdateMs)
    const ago = (what: Written): readonly number[] => this.#written[what].map((at) => monotonicMs - at)
    return {
      ...look,
      memory: this.#memory,
      serving: this.#serving,
      writesAgoMs: { secret: ago('secret'), mutating: ago('mutating'), validating: ago('validating') },
    }
  }

  #serve(by: SigningAuthority, now: number): void {
    const { hosts, lifetimes, material, logger } = this.#options
    const { certificate, serving } = newLeaf(by, hosts, { now, lifetimes, material })
    this.#current = certificate
    this.#serving = serving
    const expiresAt = new Date(serving.notAfter).toISOString()
    logger.info({ ca: shortId(by), expiresAt }, 'serving a certificate of our own CA')
    for (const listener of this.#listeners) listener(certificate)
  }

  /** Remembered whatever became of it: who tries again and again is in a fight too. */
  async #wrote(what: Written, applying: Promise<Applied>): Promise<void> {
    this.#written[what] = [...this.#written[what], this.#options.clock.monotonic()].slice(-mostWrites)
    const applied = await applying
    if (applied.is === 'refused') throw new Error(applied.message)
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#problem) return
    this.#problem = problem
    const { logger } = this.#options
    if (problem === undefined) logger.info({}, 'the CA of the webhook is as it should be')
    else logger.error({ why: problem }, 'the CA of the webhook waits for somebody')
  }
}
