import { kinds } from '@odfmo/api-types'
import type { ObjectBucketClaim, Secret } from '@odfmo/api-types'
import { keyOf } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { ensure, ensureStatus } from '../../access/ensure.ts'
import { extraKinds } from '../extra-kinds.ts'
import type { ControlLoop } from '../loop/control-loop.ts'
import type { LocalCopy } from '../../access/local-copy.ts'
import { bucketOf, claimFinalizer, isNooBaaClaim } from './bucket.ts'
import type { SecretMaker } from './secret-maker.ts'

export interface BucketControllerOptions {
  readonly loop: ControlLoop
  readonly spoke: ClusterClient
  readonly claims: LocalCopy<ObjectBucketClaim>
  readonly secrets: LocalCopy<Secret>
  readonly maker: SecretMaker
  readonly delayMs: number
  readonly bindsNothing: boolean
  readonly extraData: Readonly<Record<string, string>>
}

/** NooBaa: a claim becomes a bucket with its Secret and ConfigMap. */
export class BucketController {
  readonly #options: BucketControllerOptions

  constructor(options: BucketControllerOptions) {
    const { loop, claims, secrets } = options
    this.#options = options
    const worker = loop.worker('bucket claim', (key) => this.#reconcile(key))
    claims.onChange((key) => worker.add(key))
    secrets.onChange((key, secret, before) => {
      const owners = (secret ?? before)?.metadata.ownerReferences ?? []
      if (owners.some(({ kind }) => kind === kinds.ObjectBucketClaim.kind)) worker.add(key)
    })
  }

  async #reconcile(key: string): Promise<number | undefined> {
    const { loop, claims, delayMs } = this.#options
    const claim = claims.get(key)
    if (claim === undefined || !isNooBaaClaim(claim)) return undefined
    const { finalizers = [], deletionTimestamp, creationTimestamp } = claim.metadata
    if (deletionTimestamp !== undefined) {
      if (finalizers.includes(claimFinalizer)) await this.#remove(claim)
      return undefined
    }
    const waitMs = delayMs === 0 ? 0 : Date.parse(creationTimestamp ?? '') + delayMs - loop.clock.now()
    if (waitMs > 0) return waitMs
    if (this.#options.bindsNothing)
      claims.put(
        await ensureStatus(this.#options.spoke, kinds.ObjectBucketClaim, claim, { phase: 'Pending' }),
      )
    else await this.#provide(claim)
    return undefined
  }

  async #provide(claim: ObjectBucketClaim): Promise<void> {
    const { spoke, claims, maker, extraData } = this.#options
    const { finalizers = [], uid, resourceVersion } = claim.metadata
    const { secret, configMap, objectBucket } = bucketOf(claim, maker)
    let held = claim
    if (!finalizers.includes(claimFinalizer)) {
      const metadata = { uid, resourceVersion, finalizers: [...finalizers, claimFinalizer] }
      const spec = { objectBucketName: objectBucket.metadata.name }
      held = await spoke.patch(kinds.ObjectBucketClaim, keyOf(claim), { metadata, spec })
      claims.put(held)
    }
    await ensure(spoke, extraKinds.ObjectBucket, objectBucket)
    await ensure(spoke, kinds.Secret, secret)
    await ensure(spoke, kinds.ConfigMap, { ...configMap, data: { ...configMap.data, ...extraData } })
    claims.put(await ensureStatus(spoke, kinds.ObjectBucketClaim, held, { phase: 'Bound' }))
  }

  async #remove(claim: ObjectBucketClaim): Promise<void> {
    const { spoke, maker } = this.#options
    const { finalizers = [], uid, resourceVersion } = claim.metadata
    const { secret, configMap, objectBucket } = bucketOf(claim, maker)
    await spoke.remove(kinds.Secret, keyOf(secret))
    await spoke.remove(kinds.ConfigMap, keyOf(configMap))
    await spoke.remove(extraKinds.ObjectBucket, keyOf(objectBucket))
    const metadata = { uid, resourceVersion, finalizers: finalizers.filter((one) => one !== claimFinalizer) }
    await spoke.patch(kinds.ObjectBucketClaim, keyOf(claim), { metadata })
  }
}
