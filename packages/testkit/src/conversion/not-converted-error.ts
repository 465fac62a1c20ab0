import type { StoredObject } from '../storage/stored-object.ts'

/** An object is wanted at once in a version that its conversion webhook has to be asked for. */
export class NotConvertedError extends Error {
  override readonly name = 'NotConvertedError'
  readonly stored: StoredObject

  constructor(stored: StoredObject, wanted: string, kept: string) {
    const of = stored.namespace === '' ? stored.name : `${stored.namespace}/${stored.name}`
    super(
      `${of} is stored as ${kept}: only a request over the API asks the conversion webhook for ${wanted}; read it as ${kept} here`,
    )
    this.stored = stored
  }
}
