import type { Kind, KubeObject, ObjectKey } from '@odfmo/api-types/meta'
import { KubeClient, type KubeClientOptions } from '@odfmo/controller-kit'

/** How many calls have no answer yet, watches not counted: time goes on only when nothing is on its way. */
export interface UnderWay {
  calls: number
  /** How many had theirs, or failed. */
  answered: number
}

/** A client that tells what is on its way. */
export class CountedClient extends KubeClient {
  readonly #options: KubeClientOptions
  readonly #underWay: UnderWay

  constructor(options: KubeClientOptions, underWay: UnderWay, shared?: CountedClient) {
    super(options, shared)
    this.#options = options
    this.#underWay = underWay
  }

  override urgent(): CountedClient {
    return new CountedClient(this.#options, this.#underWay, this)
  }

  override get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options?: object): Promise<T> {
    return this.#count(super.get(kind, key, options))
  }

  override list<T extends KubeObject>(kind: Kind<T>, options?: object) {
    return this.#count(super.list(kind, options))
  }

  override create<T extends KubeObject>(kind: Kind<T>, object: T, options?: object): Promise<T> {
    return this.#count(super.create(kind, object, options))
  }

  override update<T extends KubeObject>(kind: Kind<T>, object: T, options?: object): Promise<T> {
    return this.#count(super.update(kind, object, options))
  }

  override patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    type: Parameters<KubeClient['patch']>[2],
    body: unknown,
    options?: object,
  ): Promise<T> {
    return this.#count(super.patch(kind, key, type, body, options))
  }

  override delete<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options?: object,
  ): Promise<T | undefined> {
    return this.#count(super.delete(kind, key, options))
  }

  async #count<T>(call: Promise<T>): Promise<T> {
    this.#underWay.calls += 1
    try {
      return await call
    } finally {
      this.#underWay.calls -= 1
      this.#underWay.answered += 1
    }
  }
}
