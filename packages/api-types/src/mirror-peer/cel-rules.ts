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
const whole =
  'self.all(i, has(i.clusterName) && has(i.storageClusterRef) && has(i.storageClusterRef.__namespace__) && has(i.storageClusterRef.name))'

/** On spec. */
export const specRules: readonly ValidationRule[] = [
  {
    // Without a default (or with another one) a type that is left out of a sync object would be a change to async.
    rule: `${typeOf('self')} == ${typeOf('oldSelf')}`,
    message: 'type cannot be changed',
    fieldPath: '.type',
  },
]

/** On spec.items. */
export const itemRules: readonly ValidationRule[] = [
  {
    rule: `self.size() != 2 || !${whole} || self[0].clusterName != self[1].clusterName`,
    message: 'both items are on one cluster; a MirrorPeer connects StorageClusters of two clusters',
  },
  {
    rule: `self.size() != 2 || !${whole} || ${joined('self[0]')} != ${joined('self[1]')}`,
    message:
      'both items have the same hub secret: their cluster, namespace and name are the same when joined by dashes',
  },
  {
    // The first comparison is for items that lack what the second looks at: stored before there was a schema, they must
    // be able to lose their finalizers.
    rule: [
      'self == oldSelf || self.size() == oldSelf.size() && self.all(n, oldSelf.exists(o, o.clusterName == n.clusterName',
      'o.storageClusterRef.__namespace__ == n.storageClusterRef.__namespace__',
      'o.storageClusterRef.name == n.storageClusterRef.name))',
    ].join(' && '),
    message: 'items cannot be changed, only their order',
  },
]
