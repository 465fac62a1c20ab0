import type { ValidationRule } from '../kinds/apiextensions.ts'
import { contract } from '../contract.ts'

/*
 * The rules that no schema keyword can say, for API servers without the webhook. `namespace` is a reserved word of CEL
 * and is escaped. No string has a maxLength, so each rule was kept far below the cost an API server allows for strings
 * of a whole request: one exists within one all, and few comparisons.
 *
 * Rules without oldSelf are ratcheted: an API server (1.33, beta since 1.30) does not apply them to what an update leaves
 * as it was, so that an invalid object can lose its finalizers. Rules with oldSelf are never ratcheted, nor is a rule that
 * fails for want of a field: they are written to hold for whatever has not changed, and for items that lack fields.
 */

const typeOf = (object: string): string =>
  `(has(${object}.type) ? ${object}.type : '${contract.mirrorPeer.defaultType}')`

const joined = (item: string): string =>
  `${item}.clusterName + '-' + ${item}.storageClusterRef.__namespace__ + '-' + ${item}.storageClusterRef.name`

/** Whether a rule can look at all fields of all items; those that it cannot look at are refused by the schema. */
const whole = (items: string): string =>
  `${items}.all(i, has(i.clusterName) && has(i.storageClusterRef) && has(i.storageClusterRef.__namespace__) && has(i.storageClusterRef.name))`

/** Both items lack nothing, so that they can be compared; else the count or the missing field is what is wrong. */
const unlessWholePair = `self.size() != 2 || !${whole('self')}`

/** On spec. */
export const specRules: readonly ValidationRule[] = [
  {
    // Without a default (or with another one) a type that is left out of a sync object would be a change to async.
    rule: `${typeOf('self')} == ${typeOf('oldSelf')}`,
    message: 'type cannot be changed; delete the MirrorPeer and create another',
    fieldPath: '.type',
  },
]

/** On spec.items. For each pair only the gravest reason is told, as by the library. */
export const itemRules: readonly ValidationRule[] = [
  {
    rule: `${unlessWholePair} || self[0] != self[1]`,
    message: 'both items are the same; name the StorageCluster of another cluster',
  },
  {
    rule: `${unlessWholePair} || self[0] == self[1] || self[0].clusterName != self[1].clusterName`,
    message: 'both items are on one cluster; a MirrorPeer connects StorageClusters of two clusters',
  },
  {
    // The name is a hash of the joined text, which is compared instead: CEL has no hashes, and no two texts share one.
    rule: `${unlessWholePair} || self[0].clusterName == self[1].clusterName || ${joined('self[0]')} != ${joined('self[1]')}`,
    message:
      'both items have the same hub secret: their cluster, namespace and name are the same when joined by dashes',
  },
  {
    // The first comparison is for items that lack what the last looks at: stored before there was a schema, they must be
    // able to lose their finalizers. Of equally many items, none twice, none is new: so none is missing.
    rule: [
      'self == oldSelf || self.size() == oldSelf.size()',
      whole('self'),
      whole('oldSelf'),
      'self.all(n, oldSelf.exists(o, o.clusterName == n.clusterName',
      'o.storageClusterRef.__namespace__ == n.storageClusterRef.__namespace__',
      'o.storageClusterRef.name == n.storageClusterRef.name))',
    ].join(' && '),
    message: 'items cannot be changed, only their order; delete the MirrorPeer and create another',
  },
]
