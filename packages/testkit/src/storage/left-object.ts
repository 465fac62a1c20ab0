import { StoredObject } from './stored-object.ts'

/** The last state of an object that a selection had, at the revision of the change that took it out. */
export class LeftObject extends StoredObject {
  /** As it was stored. */
  readonly origin: StoredObject

  constructor(origin: StoredObject, revision: number) {
    super(origin.read(), revision)
    this.origin = origin
  }
}
