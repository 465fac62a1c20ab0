import { kinds } from '@odfmo/api-types'
import type { CertificateSigningRequest, ManagedClusterAddOn, Secret } from '@odfmo/api-types'
import { apiVersionOf } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../../../access/cluster-client.ts'
import { conditionsWith } from '../../../access/conditions.ts'
import { ensure, ensureStatus } from '../../../access/ensure.ts'
import type { ControlLoop } from '../../loop/control-loop.ts'
import type { LocalCopy } from '../../../access/local-copy.ts'
import type { Worker } from '../../loop/worker.ts'
import { ensureDriver } from './driver.ts'
import { heldSecret, hubKubeconfigSecret } from './hub-kubeconfig-secret.ts'
import { clientSigner, hubKubeconfigSecretName, registrationOf } from './registration.ts'
import type { Registration } from './registration.ts'
import { registrationStep } from './registration-step.ts'
import type { PendingRequest, RegistrationInput, RegistrationStep } from './registration-step.ts'
import { newSigningRequest } from './signing-request.ts'

export interface RegistrationAgentOptions {
  readonly loop: ControlLoop
  readonly hub: ClusterClient
  readonly spoke: ClusterClient
  readonly clusterName: string
  readonly addOns: LocalCopy<ManagedClusterAddOn>
  readonly requests: LocalCopy<CertificateSigningRequest>
  /** What the requests ask for; the signer decides when absent. */
  readonly certificateSeconds?: number
  readonly subject?: SubjectOf
  /** Left out: of before OCM 1.2, which says nothing of it. */
  readonly driver?: 'csr'
}

/** Whom a certificate is asked for, when that is not whom the add-on's manager wants. */
export type SubjectOf = (wanted: { readonly user: string; readonly groups: readonly string[] }) => {
  readonly user: string
  readonly groups: readonly string[]
}

/** What this process remembers of one add-on. */
interface Memory {
  readonly secrets: LocalCopy<Secret>
  registration?: Registration
  pending?: { readonly name: string; readonly hash: string; readonly key: string }
  readonly renewAtShare: number
  /** Somebody wants another certificate now. */
  isDue?: boolean
}

/** csrcleaner removes decided requests after an hour: older ones are as good as gone. */
const decidedRequestMs = 3_600_000

const clusterLabel = 'open-cluster-management.io/cluster-name'
const addOnLabel = 'open-cluster-management.io/addon-name'

/** Gets each add-on of one cluster its identity on the hub, and keeps it fresh. */
export class RegistrationAgent {
  readonly #options: RegistrationAgentOptions
  readonly #memories = new Map<string, Memory>()
  readonly #worker: Worker

  constructor(options: RegistrationAgentOptions) {
    const { loop, addOns, requests } = options
    this.#options = options
    this.#worker = loop.worker('registration', (addOn) => this.#reconcile(addOn))
    addOns.onChange((_, addOn, before) => this.#worker.add((addOn ?? before)?.metadata.name ?? ''))
    requests.onChange((_, request, before) => {
      const addOn = (request ?? before)?.metadata.labels?.[addOnLabel]
      if (addOn !== undefined && this.#memories.has(addOn)) this.#worker.add(addOn)
    })
  }

  /** A new certificate although the one that is there holds. Throws a TypeError for an add-on that is not registered. */
  renew(addOn: string): void {
    const memory = this.#memories.get(addOn)
    if (memory === undefined) {
      const known = [...this.#memories.keys()].join(', ')
      throw new TypeError(`ocm-spoke: expected a registered add-on (${known}), got "${addOn}"`)
    }
    memory.isDue = true
    this.#worker.add(addOn)
  }

  async #reconcile(addOn: string): Promise<number | undefined> {
    const object = this.#options.addOns.get({ namespace: this.#options.clusterName, name: addOn })
    const { hub, driver } = this.#options
    // What is written comes back by the watch.
    if (driver !== undefined && isLive(object) && !(await ensureDriver(hub, object, driver))) return undefined
    const wanted = registrationOf(object)
    if (wanted === undefined && !this.#memories.has(addOn)) return undefined
    const memory = await this.#memory(addOn)
    for (;;) {
      const step = registrationStep(this.#input(memory, wanted, addOn))
      if (step.is === 'rest') {
        if (wanted !== undefined) memory.registration ??= wanted
        else await this.#forget(addOn, memory)
        return step.lookAgainMs
      }
      await this.#take(step, addOn, memory, wanted, object)
      if (step.is === 'request') return undefined // its answer comes by the watch
    }
  }

  /** The copy of the secret lives as long as the add-on: there is one more watch for each add-on. */
  async #memory(addOn: string): Promise<Memory> {
    const known = this.#memories.get(addOn)
    if (known !== undefined) return known
    const { loop, spoke } = this.#options
    const fieldSelector = `metadata.name=${hubKubeconfigSecretName(addOn)}`
    const secrets = loop.copy(spoke, kinds.Secret, { fieldSelector })
    const memory: Memory = { secrets, renewAtShare: 0.2 + 0.05 * loop.clock.random() }
    this.#memories.set(addOn, memory)
    await secrets.synced
    secrets.onChange(() => this.#worker.add(addOn))
    return memory
  }

  async #forget(addOn: string, memory: Memory): Promise<void> {
    this.#memories.delete(addOn)
    await this.#options.loop.drop(memory.secrets)
  }

  #input(memory: Memory, wanted: Registration | undefined, addOn: string): RegistrationInput {
    const { loop, requests } = this.#options
    const nowMs = loop.clock.now()
    // Where this process left its secret; without one, where it should be.
    const namespace = (memory.registration ?? wanted)?.namespace
    const secret =
      namespace === undefined
        ? undefined
        : memory.secrets.get({ namespace, name: hubKubeconfigSecretName(addOn) })
    return {
      wanted,
      knownHash: memory.registration?.hash,
      secret: heldSecret(secret),
      pending: this.#pending(memory),
      requests: requests
        .all()
        .filter((request) => request.metadata.labels?.[addOnLabel] === addOn && isCounted(request, nowMs))
        .length,
      renewAtShare: memory.isDue === true ? 1 : memory.renewAtShare,
      nowMs,
    }
  }

  #pending({ pending }: Memory): PendingRequest | undefined {
    if (pending === undefined) return undefined
    const request = this.#options.requests.get(pending.name)
    if (request === undefined) return { hash: pending.hash, state: { is: 'gone' } }
    const isRefused =
      request.status?.conditions?.some(({ type }) => type === 'Denied' || type === 'Failed') === true
    if (isRefused) return { hash: pending.hash, state: { is: 'refused' } }
    const certificate = request.status?.certificate ?? ''
    return { hash: pending.hash, state: certificate === '' ? { is: 'open' } : { is: 'signed', certificate } }
  }

  async #take(
    step: Exclude<RegistrationStep, { is: 'rest' }>,
    addOn: string,
    memory: Memory,
    wanted: Registration | undefined,
    object: ManagedClusterAddOn | undefined,
  ): Promise<void> {
    switch (step.is) {
      case 'remove-secret':
        await this.#removeSecret(addOn, memory, wanted)
        return
      case 'forget-request':
        memory.pending = undefined
        return
      case 'request':
        if (wanted === undefined) return
        memory.registration = wanted
        memory.isDue = false
        memory.pending = await this.#request(wanted)
        return
      case 'store':
        if (wanted === undefined || memory.pending === undefined) return
        await this.#store(wanted, step.certificate, memory.pending.key, memory)
        memory.pending = undefined
        if (object !== undefined) await this.#reportRotation(object, step.certificate)
    }
  }

  async #removeSecret(addOn: string, memory: Memory, wanted: Registration | undefined): Promise<void> {
    const namespace = (memory.registration ?? wanted)?.namespace ?? ''
    const key = { namespace, name: hubKubeconfigSecretName(addOn) }
    await this.#options.spoke.remove(kinds.Secret, key, { uid: memory.secrets.get(key)?.metadata.uid })
    memory.secrets.forget(key)
    memory.registration = undefined
  }

  async #request(wanted: Registration): Promise<NonNullable<Memory['pending']>> {
    const { hub, clusterName, certificateSeconds, requests } = this.#options
    const dnsNames = [`${wanted.addOn}.addon.open-cluster-management.io`]
    const { user, groups } = this.#options.subject?.(wanted) ?? wanted
    const { request, key } = newSigningRequest({ commonName: user, organizations: groups }, dnsNames)
    const created = await hub.create(kinds.CertificateSigningRequest, {
      apiVersion: apiVersionOf(kinds.CertificateSigningRequest),
      kind: kinds.CertificateSigningRequest.kind,
      metadata: {
        generateName: `addon-${clusterName}-${wanted.addOn}-`,
        labels: { [clusterLabel]: clusterName, [addOnLabel]: wanted.addOn },
      },
      spec: {
        request: Buffer.from(request, 'utf8').toString('base64'),
        signerName: clientSigner,
        usages: ['digital signature', 'key encipherment', 'client auth'],
        ...(certificateSeconds === undefined ? {} : { expirationSeconds: certificateSeconds }),
      },
    })
    requests.put(created)
    return { name: created.metadata.name ?? '', hash: wanted.hash, key }
  }

  async #store(wanted: Registration, certificate: string, key: string, memory: Memory): Promise<void> {
    const { spoke, hub, clusterName } = this.#options
    const issued = { certificate: Buffer.from(certificate, 'base64').toString('utf8'), key }
    const secret = hubKubeconfigSecret(clusterName, wanted, hub.access, issued)
    memory.secrets.put(await ensure(spoke, kinds.Secret, secret))
  }

  async #reportRotation(addOn: ManagedClusterAddOn, certificate: string): Promise<void> {
    const { hub, loop } = this.#options
    const held = heldSecret({ data: { 'tls.crt': certificate, 'tls.key': '', kubeconfig: '' } })
    const until = held.is === 'usable' ? new Date(held.notAfter).toISOString() : 'its end'
    const message = `client certificate rotated, valid until ${until}`
    const condition = {
      type: 'ClusterCertificateRotated',
      status: 'True',
      reason: 'ClientCertificateUpdated',
      message,
    } as const
    const live =
      (await hub.get(kinds.ManagedClusterAddOn, {
        namespace: addOn.metadata.namespace,
        name: addOn.metadata.name ?? '',
      })) ?? addOn
    const conditions = conditionsWith(live.status?.conditions, [condition], loop.clock.now())
    if (conditions !== undefined) await ensureStatus(hub, kinds.ManagedClusterAddOn, live, { conditions })
  }
}

const isLive = (addOn: ManagedClusterAddOn | undefined): addOn is ManagedClusterAddOn =>
  addOn !== undefined && addOn.metadata.deletionTimestamp === undefined

const isCounted = (request: CertificateSigningRequest, nowMs: number): boolean => {
  const isDecided = (request.status?.conditions?.length ?? 0) > 0
  return !isDecided || nowMs - Date.parse(request.metadata.creationTimestamp ?? '') < decidedRequestMs
}
