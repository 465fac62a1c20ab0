import { contract, kinds } from '@odfmo/api-types'
import { isConflict, type KubeClient } from '@odfmo/controller-kit'
import { find } from './upsert.ts'

/** Where client-go of the original's age keeps a lock of a ConfigMap. */
const annotation = 'control-plane.alpha.kubernetes.io/leader'

interface LeaderRecord {
  readonly holderIdentity: string
  readonly leaseDurationSeconds: number
  readonly acquireTime: string | null
  readonly renewTime: string | null
  readonly leaderTransitions: number
}

/** As the original's agents hold it: in the ConfigMap alone, for 137 s, given back at the end. */
export class OriginalLock {
  readonly #client: KubeClient
  readonly #namespace: string
  readonly #identity: string
  /** What stood there, and since when by this process's clock. */
  #seen: { readonly text: string; readonly sinceMs: number } | undefined

  constructor(client: KubeClient, namespace: string, identity: string) {
    this.#client = client
    this.#namespace = namespace
    this.#identity = identity
  }

  /** Takes or renews it when it may; whether it is held. */
  async hold(): Promise<boolean> {
    const key = { namespace: this.#namespace, name: contract.spoke.lock }
    const live = await find(this.#client, kinds.ConfigMap, key)
    const text = live?.metadata.annotations?.[annotation] ?? ''
    const record = text === '' ? undefined : (JSON.parse(text) as LeaderRecord)
    const nowMs = performance.now()
    if (this.#seen?.text !== text) this.#seen = { text, sinceMs: nowMs }
    const isMine = record?.holderIdentity === this.#identity
    const isFree =
      record === undefined ||
      record.holderIdentity === '' ||
      nowMs - this.#seen.sinceMs > record.leaseDurationSeconds * 1_000
    if (!isMine && !isFree) return false
    const now = `${new Date().toISOString().slice(0, 19)}Z`
    const next: LeaderRecord = {
      holderIdentity: this.#identity,
      leaseDurationSeconds: 137,
      acquireTime: isMine ? record.acquireTime : now,
      renewTime: now,
      leaderTransitions: (record?.leaderTransitions ?? -1) + (isMine ? 0 : 1),
    }
    return this.#write(key, next)
  }

  /** Gives it back, as client-go's ReleaseOnCancel does. */
  async release(): Promise<void> {
    const key = { namespace: this.#namespace, name: contract.spoke.lock }
    const live = await find(this.#client, kinds.ConfigMap, key)
    const record = JSON.parse(live?.metadata.annotations?.[annotation] ?? '{}') as Partial<LeaderRecord>
    if (record.holderIdentity !== this.#identity) return
    const now = `${new Date().toISOString().slice(0, 19)}Z`
    const leaderTransitions = record.leaderTransitions ?? 0
    await this.#write(key, {
      holderIdentity: '',
      leaseDurationSeconds: 1,
      acquireTime: now,
      renewTime: now,
      leaderTransitions,
    })
  }

  async #write(
    key: { readonly namespace: string; readonly name: string },
    record: LeaderRecord,
  ): Promise<boolean> {
    const live = await find(this.#client, kinds.ConfigMap, key)
    const annotations = { ...live?.metadata.annotations, [annotation]: JSON.stringify(record) }
    try {
      if (live === undefined)
        await this.#client.create(kinds.ConfigMap, { metadata: { ...key, annotations } })
      else
        await this.#client.update(kinds.ConfigMap, { ...live, metadata: { ...live.metadata, annotations } })
      return true
    } catch (error) {
      if (isConflict(error)) return false
      throw error
    }
  }
}
