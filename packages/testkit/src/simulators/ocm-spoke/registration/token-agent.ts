import { kinds } from '@odfmo/api-types'
import type { ManagedClusterAddOn, Secret } from '@odfmo/api-types'
import type { ClusterClient } from '../../../access/cluster-client.ts'
import { conditionOf, conditionsWith } from '../../../access/conditions.ts'
import { ensure, ensureStatus } from '../../../access/ensure.ts'
import type { LocalCopy } from '../../../access/local-copy.ts'
import type { ControlLoop } from '../../loop/control-loop.ts'
import type { Worker } from '../../loop/worker.ts'
import { ensureDriver } from './driver.ts'
import { hubTokenSecret } from './hub-kubeconfig-secret.ts'
import { clientSigner, hubKubeconfigSecretName, installNamespaceOf } from './registration.ts'

export interface TokenAgentOptions {
  readonly loop: ControlLoop
  readonly hub: ClusterClient
  readonly spoke: ClusterClient
  readonly clusterName: string
  readonly addOns: LocalCopy<ManagedClusterAddOn>
  /** Lifetime that is asked for; an hour when absent. */
  readonly tokenSeconds?: number
}

/** The account that the hub's OCM makes for an add-on's agent. */
const tokenAccountName = (addOn: string): string => `${addOn}-agent`

/** What a token is for, and till when; undefined: it is none. */
export interface HeldToken {
  readonly serviceAccountUid: string
  readonly issuedMs: number
  readonly expiresMs: number
}

/** The share of a token's life that is left when a new one is asked for. */
const renewAtShare = 0.2
/** For the account's uid: the hub says in its condition that it is there. */
const uidInMessage = /UID: ([^)]+)\)/

/** Gets each add-on of one cluster a token of its account on the hub, and keeps it fresh. */
export class TokenAgent {
  readonly #options: TokenAgentOptions
  readonly #worker: Worker
  /** Add-ons whose secret is to be made anew although its token holds. */
  readonly #due = new Set<string>()
  /** Where secrets of this process are, by add-on: they go with it. */
  readonly #made = new Map<string, string>()

  constructor(options: TokenAgentOptions) {
    const { loop, addOns } = options
    this.#options = options
    this.#worker = loop.worker('token registration', (addOn) => this.#reconcile(addOn))
    addOns.onChange((_, addOn, before) => this.#worker.add((addOn ?? before)?.metadata.name ?? ''))
  }

  /** A new token although the one that is there holds. Throws a TypeError for an add-on that is not there. */
  renew(addOn: string): void {
    const { addOns, clusterName } = this.#options
    if (addOns.get({ namespace: clusterName, name: addOn }) === undefined)
      throw new TypeError(`ocm-spoke: expected an add-on of ${clusterName}, got "${addOn}"`)
    this.#due.add(addOn)
    this.#worker.add(addOn)
  }

  async #reconcile(name: string): Promise<number | undefined> {
    const { hub, spoke, clusterName, addOns, loop } = this.#options
    const addOn = addOns.get({ namespace: clusterName, name })
    if (addOn === undefined) {
      const namespace = this.#made.get(name)
      if (namespace !== undefined)
        await spoke.remove(kinds.Secret, { namespace, name: hubKubeconfigSecretName(name) })
      this.#made.delete(name)
      return undefined
    }
    if (addOn.metadata.deletionTimestamp !== undefined) return undefined
    // What is written comes back by the watch.
    if (!(await ensureDriver(hub, addOn, 'token'))) return undefined
    if (await this.#writeSubject(addOn)) return undefined
    const ready = conditionOf(addOn.status?.conditions, 'TokenInfrastructureReady')
    const uid = ready?.status === 'True' ? uidInMessage.exec(ready.message)?.[1] : undefined
    if (uid === undefined) return undefined
    const namespace = installNamespaceOf(addOn)
    const live = await spoke.get(kinds.Secret, { namespace, name: hubKubeconfigSecretName(name) })
    const held = heldToken(live)
    const leftMs =
      held === undefined || held.serviceAccountUid !== uid ? 0 : renewInMs(held, loop.clock.now())
    if (leftMs > 0 && !this.#due.has(name)) return leftMs
    await this.#store(addOn, live, await this.#request(name))
    this.#due.delete(name)
    const conditions = conditionsWith(addOn.status?.conditions, [refreshed], loop.clock.now())
    if (conditions !== undefined) await ensureStatus(hub, kinds.ManagedClusterAddOn, addOn, { conditions })
    return undefined
  }

  /** The user alone: whatever groups stand beside it stay, as newer klusterlets leave them. */
  async #writeSubject(addOn: ManagedClusterAddOn): Promise<boolean> {
    const { hub, clusterName } = this.#options
    const user = `system:serviceaccount:${clusterName}:${tokenAccountName(addOn.metadata.name ?? '')}`
    const registrations = addOn.status?.registrations ?? []
    const wanted = registrations.find(({ signerName }) => signerName === clientSigner)
    if (wanted === undefined || wanted.subject?.user === user) return wanted === undefined
    await ensureStatus(hub, kinds.ManagedClusterAddOn, addOn, {
      registrations: registrations.map((one) =>
        one === wanted ? { ...one, subject: { ...one.subject, user } } : one,
      ),
    })
    return true
  }

  async #request(addOn: string): Promise<string> {
    const { hub, clusterName, tokenSeconds = 3600 } = this.#options
    const review = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { namespace: clusterName, name: tokenAccountName(addOn) },
      spec: { expirationSeconds: tokenSeconds },
    }
    const answer = (await hub.create(kinds.ServiceAccount, review, 'token')) as {
      readonly status?: { readonly token?: string }
    }
    return answer.status?.token ?? ''
  }

  async #store(addOn: ManagedClusterAddOn, live: Secret | undefined, token: string): Promise<void> {
    const { hub, spoke, clusterName } = this.#options
    const { name = '' } = addOn.metadata
    const namespace = installNamespaceOf(addOn)
    const secret = hubTokenSecret(clusterName, { addOn: name, namespace }, hub.access, token)
    // What another driver left there is no use any more.
    const gone = Object.keys(live?.data ?? {}).filter((file) => secret.data?.[file] === undefined)
    const data = { ...secret.data, ...Object.fromEntries(gone.map((file) => [file, null])) }
    await ensure(
      spoke,
      kinds.Secret,
      live === undefined ? secret : ({ ...secret, data } as unknown as Secret),
    )
    this.#made.set(name, namespace)
  }
}

const refreshed = {
  type: 'TokenRefreshed',
  status: 'True',
  reason: 'AddonTokenRefreshed',
  message: 'Addon token refreshed',
} as const

const renewInMs = ({ issuedMs, expiresMs }: HeldToken, nowMs: number): number =>
  expiresMs - (expiresMs - issuedMs) * renewAtShare - nowMs

/** What the secret's token says of itself. */
export const heldToken = (secret: Pick<Secret, 'data'> | undefined): HeldToken | undefined => {
  const [, claims = ''] = Buffer.from(secret?.data?.['token'] ?? '', 'base64')
    .toString('utf8')
    .split('.')
  try {
    const {
      iat,
      exp,
      'kubernetes.io': of,
    } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as {
      readonly iat: number
      readonly exp: number
      readonly 'kubernetes.io': { readonly serviceaccount: { readonly uid: string } }
    }
    return { serviceAccountUid: of.serviceaccount.uid, issuedMs: iat * 1000, expiresMs: exp * 1000 }
  } catch {
    return undefined // none yet, or somebody's garbage: a new one is asked for
  }
}
