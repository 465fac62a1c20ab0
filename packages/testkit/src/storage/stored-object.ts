import type { KubeObject, OwnerReference } from '../kube-object.ts'

const nobody: readonly OwnerReference[] = []
const nothing: readonly string[] = []

/**
 * One version of one object as the store keeps it: its JSON text, which is what is sent, and the few fields that are
 * looked at for every event. `read()` parses anew, so what callers do to the answer never reaches the store.
 */
export class StoredObject {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly revision: number
  readonly labels: Readonly<Record<string, string>> | undefined
  readonly owners: readonly OwnerReference[]
  readonly finalizers: readonly string[]
  /** It has a deletion timestamp. */
  readonly isDeleting: boolean
  readonly json: string
  /** Nothing more is stored than what is shown: an update that changes nothing is no write. */
  readonly isAsShown: boolean

  constructor(object: KubeObject, revision: number, isAsShown = true) {
    object.metadata.resourceVersion = String(revision)
    this.namespace = object.metadata.namespace ?? ''
    this.name = object.metadata.name ?? ''
    this.uid = object.metadata.uid ?? ''
    this.revision = revision
    this.labels = object.metadata.labels
    this.owners = object.metadata.ownerReferences ?? nobody
    this.finalizers = object.metadata.finalizers ?? nothing
    this.isDeleting = Boolean(object.metadata.deletionTimestamp)
    this.json = JSON.stringify(object)
    this.isAsShown = isAsShown
  }

  read(): KubeObject {
    return JSON.parse(this.json) as KubeObject
  }
}

/** `namespace/name`, or `name` of what has no namespace: the order of lists. */
export const keyOf = (namespace: string, name: string): string =>
  namespace === '' ? name : `${namespace}/${name}`
