import { keyText, type DeepReadonly, type Kind, type KubeObject } from '@odfmo/api-types/meta'
import type { CacheReader } from '../cache/cache.ts'
import type { Index } from '../watched-kind.ts'

/** The keys that an object means to a controller, none to leave it out; for `source`. */
export type Mapper = (object: DeepReadonly<KubeObject>) => readonly string[]

/** The object's own key, `namespace/name`. */
export const itself: Mapper = ({ metadata: { namespace, name = '' } }) => [keyText({ namespace, name })]

/** Keys of the owners of this kind (any version of its group). */
export const byOwner =
  (kind: Kind): Mapper =>
  ({ metadata: { namespace, ownerReferences = [] } }) =>
    ownerReferences
      .filter((owner) => owner.kind === kind.kind && groupOf(owner.apiVersion) === kind.group)
      .map(({ name }) => keyText(kind.namespaced ? { namespace, name } : { name }))

/** What a label says; nothing for objects without it. */
export const byLabel =
  (label: string): Mapper =>
  ({ metadata: { labels = {} } }) => {
    const value = labels[label]
    return value === undefined ? [] : [value]
  }

/** Keys of the objects that an index files under this object's key: those that refer to it. */
export const byIndex =
  (cache: CacheReader, index: Index): Mapper =>
  (object) =>
    itself(object).flatMap((key) => cache.find(index, key).flatMap(itself))

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
