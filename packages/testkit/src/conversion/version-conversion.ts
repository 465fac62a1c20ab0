import type { KubeObject } from '../kube-object.ts'
import { applyDefaults } from '../schema/apply-defaults.ts'
import { prune } from '../schema/prune.ts'
import type { StructuralSchema } from '../schema/structural-schema.ts'
import { LeftObject } from '../storage/left-object.ts'
import type { StoredObject } from '../storage/stored-object.ts'
import { conversionError } from './conversion-review.ts'
import { NotConvertedError } from './not-converted-error.ts'
import { UnknownFormError } from './unknown-form-error.ts'
import type { ConversionWebhook } from './conversion-webhook.ts'

export interface ConversionOptions {
  /** `group/version` of the resource. */
  readonly apiVersion: string
  /** `group/version` that objects are written in. */
  readonly storage: string
  /** Of every version of the definition, served or not, by `group/version`. */
  readonly schemas: ReadonlyMap<string, StructuralSchema | undefined>
  /** Undefined: versions differ in their names alone. */
  readonly webhook: ConversionWebhook | undefined
}

/** Of the few that one write needs, and others may need soon. */
const formsLimit = 64

/** The version that a stored text is of: it begins with that. */
const versionPattern = /^\{"apiVersion":"([^"\\]*)"/

/**
 * Brings objects of a kind between one served version and the ones they are kept in. What a webhook has said of a stored
 * object is remembered as long as the object and the definition stay, so it is asked once for each.
 */
export class VersionConversion {
  readonly #options: ConversionOptions
  readonly #views = new WeakMap<StoredObject, string>()
  readonly #asked = new WeakMap<StoredObject, Promise<void>>()
  readonly #forms = new Map<string, string>()
  #turn: Promise<void> = Promise.resolve()
  #turns = 0

  constructor(options: ConversionOptions) {
    this.#options = options
  }

  /** Whether somebody has to be asked: then nothing is converted at once. */
  get isAsked(): boolean {
    return this.#options.webhook !== undefined
  }

  /** Whether a stored text is what the version shows. */
  isPlain({ json }: StoredObject): boolean {
    return this.#versionOf(json) === this.#options.apiVersion
  }

  /** The object in this version. Throws NotConvertedError when a webhook has to be asked first. */
  view(stored: StoredObject): KubeObject {
    if (this.isPlain(stored)) return stored.read()
    const { webhook, apiVersion } = this.#options
    if (webhook === undefined) return this.#renamed(this.#filled(stored.read()), apiVersion)
    const asked = stored instanceof LeftObject ? stored.origin : stored
    const known = this.#views.get(asked)
    if (known === undefined) throw new NotConvertedError(asked, apiVersion, this.#versionOf(asked.json))
    const view = JSON.parse(known) as KubeObject
    view.metadata.resourceVersion = String(stored.revision)
    return view
  }

  /** Asks for all of them that are not known yet, in one go; undefined when there is nothing to ask. */
  ensure(wanted: Iterable<StoredObject>): Promise<void> | undefined {
    const { webhook } = this.#options
    if (webhook === undefined) return undefined
    const waiting = new Set<Promise<void>>()
    const unknown: StoredObject[] = []
    for (const stored of wanted) {
      if (this.#views.has(stored) || this.isPlain(stored)) continue
      const asked = this.#asked.get(stored)
      if (asked === undefined) unknown.push(stored)
      else waiting.add(asked)
    }
    if (unknown.length > 0) {
      const asking = this.#ask(webhook, unknown)
      for (const stored of unknown) this.#asked.set(stored, asking)
      waiting.add(asking)
    }
    return waiting.size === 0 ? undefined : Promise.all(waiting).then(() => undefined)
  }

  /** Asks for one again, whatever is known of it: a request for one object is never answered from memory. */
  renew(stored: StoredObject): Promise<void> | undefined {
    const { webhook } = this.#options
    return webhook === undefined || this.isPlain(stored) ? undefined : this.#ask(webhook, [stored])
  }

  /**
   * Acts when these objects are known, after all that came before; at once when there is nothing to wait for. While the
   * webhook fails it waits and asks again, unless it is over: as watches of a real server stand still until then.
   */
  inTurn(needed: readonly StoredObject[], act: () => void, isOver: () => boolean): void {
    // asked before its turn comes: the webhook may have several questions at a time
    const asked = this.ensure(needed)
    if (asked === undefined && this.#turns === 0) {
      act()
      return
    }
    asked?.catch(() => undefined)
    this.#turns += 1
    const done = this.#turn.then(async () => {
      await this.#untilKnown(needed, isOver)
      this.#turns -= 1
      if (!isOver()) act()
    })
    // what a listener throws keeps nobody who comes after it, but is not hidden
    this.#turn = done.catch((error: unknown) => {
      queueMicrotask(() => {
        throw error
      })
    })
  }

  async #untilKnown(needed: readonly StoredObject[], isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        await this.ensure(needed)
        return
      } catch {
        await this.#options.webhook?.pause()
      }
    }
  }

  /** What the store gave or takes, in this version. */
  from(object: KubeObject): KubeObject | Promise<KubeObject> {
    return this.#converted(this.#filled(object), this.#options.apiVersion)
  }

  /** An object of this version in the one that is written, with the defaults that it has when it is read. */
  to(object: KubeObject): KubeObject | Promise<KubeObject> {
    const converted = this.#converted(object, this.#options.storage)
    if (converted === object) return object
    return converted instanceof Promise
      ? converted.then((kept) => this.#filled(kept))
      : this.#filled(converted)
  }

  /** Whether there is such a version, served or not. */
  has(apiVersion: string): boolean {
    return this.#options.schemas.has(apiVersion)
  }

  schemaOf(apiVersion: string): StructuralSchema | undefined {
    return this.#options.schemas.get(apiVersion)
  }

  /** An object of any version in another one, with all its fields, whatever the schema says. Throws UnknownFormError when a webhook has to be asked first. */
  between(object: KubeObject, wanted: string): KubeObject {
    const { webhook } = this.#options
    if (object.apiVersion === wanted) return object
    if (webhook === undefined) return { ...object, apiVersion: wanted }
    const key = `${wanted} ${JSON.stringify(object)}`
    const known = this.#forms.get(key)
    if (known === undefined)
      throw new UnknownFormError(wanted, async () => {
        const [form] = await webhook.convert([object], wanted)
        const text = JSON.stringify(form)
        if (this.#forms.size >= formsLimit) this.#forms.clear()
        return () => this.#forms.set(key, text)
      })
    return JSON.parse(known) as KubeObject
  }

  async #ask(webhook: ConversionWebhook, unknown: readonly StoredObject[]): Promise<void> {
    const { apiVersion } = this.#options
    try {
      const objects = unknown.map((stored) => this.#filled(stored.read()))
      const converted = await webhook.convert(objects, apiVersion)
      for (const [at, stored] of unknown.entries()) {
        const object = converted[at]
        if (object !== undefined) this.#views.set(stored, JSON.stringify(this.#pruned(object, apiVersion)))
      }
    } finally {
      // a failure is not remembered: who comes next asks again
      for (const stored of unknown) this.#asked.delete(stored)
    }
  }

  #converted(object: KubeObject, wanted: string): KubeObject | Promise<KubeObject> {
    const { webhook } = this.#options
    if (object.apiVersion === wanted) return object
    if (webhook === undefined) return this.#renamed(object, wanted)
    return webhook.convert([object], wanted).then(([converted]) => this.#pruned(converted ?? object, wanted))
  }

  #renamed(object: KubeObject, wanted: string): KubeObject {
    return this.#pruned({ ...object, apiVersion: wanted }, wanted)
  }

  /** What is stored has the defaults of the version it is stored in. */
  #filled(object: KubeObject): KubeObject {
    const { schemas } = this.#options
    if (!schemas.has(object.apiVersion))
      throw conversionError(`request to convert CR from an invalid group/version: ${object.apiVersion}`)
    const schema = schemas.get(object.apiVersion)
    return schema === undefined ? object : (applyDefaults(schema, object) as KubeObject)
  }

  #pruned(object: KubeObject, apiVersion: string): KubeObject {
    const schema = this.#options.schemas.get(apiVersion)
    return schema === undefined ? object : (prune(schema, object).value as KubeObject)
  }

  #versionOf(json: string): string {
    const found = versionPattern.exec(json)?.[1]
    return found ?? (JSON.parse(json) as KubeObject).apiVersion
  }
}
