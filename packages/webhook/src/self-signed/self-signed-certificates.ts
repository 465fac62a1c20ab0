import {
  controller,
  Informers,
  requeueAfter,
  source,
  type Applied,
  type CacheReader,
  type Clock,
  type ControllerObserver,
  type InformerObserver,
  type KubeClient,
  type Logger,
  type ReconcileContext,
  type ReconcileResult,
  type Runnable,
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
  readonly observer?: ControllerObserver & { readonly informerObserver: InformerObserver }
}

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
  #loop: Runnable | undefined
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
    return this.#loop?.ready?.().why ?? 'no certificate has been made yet'
  }

  subscribe(listener: (certificate: ServingCertificate) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async run(signal: AbortSignal): Promise<void> {
    const { client, clock, logger, observer } = this.#options
    const clients = { [client.cluster]: client }
    const { watched } = this.#kinds
    const informers = new Informers({
      clients,
      watches: watched,
      clock,
      logger,
      ...(observer === undefined ? {} : { observer: observer.informerObserver }),
    })
    const loop = controller(
      {
        name: 'self-signed',
        // All three objects are one matter.
        sources: watched.map((of) => source(of, () => ['certificate'])),
        reconcile: (_key, context) => this.#reconcile(context),
        concurrency: 1,
        needsLeadership: false,
      },
      { cache: informers, clients, clock, logger, ...(observer === undefined ? {} : { observer }) },
    )
    this.#loop = loop
    await Promise.all([informers.start(signal), loop.start(signal)])
  }

  async #reconcile(context: ReconcileContext): Promise<ReconcileResult> {
    try {
      const { forMs, problem } = await this.#actUntilQuiet(context)
      this.#failures = 0
      this.#tell(problem)
      return requeueAfter(forMs)
    } catch (error) {
      if (context.signal.aborted) throw error
      this.#failures += 1
      this.#problem = error instanceof Error ? error.message : String(error)
      context.logger.error({ err: error }, 'the CA of the webhook could not be looked after, trying again')
      return requeueAfter(retryMs(this.#failures))
    }
  }

  async #actUntilQuiet(context: ReconcileContext): Promise<Extract<Action, { readonly is: 'wait' }>> {
    const { lifetimes, material, names, clock } = this.#options
    for (;;) {
      context.signal.throwIfAborted()
      const seen = this.#look(context.cache)
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
          await this.#wrote('secret', context.write.apply(createSecret(deciding)))
          break
        case 'writeSecret': {
          const { why, fresh } = action
          context.logger.info({ why, fresh, secret: names.secret }, 'writing the Secret of the CA anew')
          await this.#wrote('secret', context.write.apply(writeSecret(deciding)))
          break
        }
        case 'writeBundle': {
          const { configuration, authorities } = action
          context.logger.info({ configuration, trusted: authorities.map(shortId) }, 'writing a caBundle')
          await this.#wrote(configuration, context.write.apply(writeBundle(configuration, deciding)))
          break
        }
      }
    }
  }

  #look(cache: CacheReader): Observation {
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
