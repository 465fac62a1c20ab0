import type { DeepReadonly, KubeObject } from '@odfmo/api-types/meta'

/** What became of an intent. Whatever trying again may help is thrown as the `KubeError` it is. */
export type Applied<T extends KubeObject = KubeObject> =
  | { readonly is: 'created'; readonly object: DeepReadonly<T> }
  | { readonly is: 'patched'; readonly object: DeepReadonly<T> }
  /** Nothing was sent: it is as it should be, or the intent's own rule leaves it. */
  | { readonly is: 'unchanged'; readonly object: DeepReadonly<T> }
  /** By us, and gone at once. */
  | { readonly is: 'deleted' }
  /** To be deleted: it was not there (any more). */
  | { readonly is: 'gone' }
  /** Its deletion has begun, finalizers hold it. */
  | { readonly is: 'going'; readonly object: DeepReadonly<T> }
  /** To be patched: it is not there, or the object of that uid is not. */
  | { readonly is: 'missing' }
  /** To be created: something of this name is there and not ours to change. */
  | { readonly is: 'notOurs'; readonly object: DeepReadonly<T> }
  /**
   * The server accepted the write and dropped some of it; compared with a cache that has whole objects, the same is not
   * sent again until the object changes.
   */
  | { readonly is: 'notKept'; readonly object: DeepReadonly<T> }
  /** The server will not have it, now or later: the message says why. */
  | { readonly is: 'refused'; readonly message: string }
  /** Leadership is lost: nothing was sent. */
  | { readonly is: 'held' }
