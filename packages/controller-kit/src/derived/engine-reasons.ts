/**
 * What the engine itself says of a `failed` or `waiting` state, beside the reasons of rules (`waiting`) and of the API
 * server (`KubeError.reason`). A service that turns states into conditions has to know them all.
 */
export type EngineReason =
  /** Somebody sets a field back whenever it is written. */
  | 'Contested'
  /** Something was thrown that has no reason of its own. */
  | 'Failed'
  /** A kind that the rule reads may not be read. (A refused write has the server's reason, which is the same word.) */
  | 'Forbidden'
  /** To be made, and the cluster does not serve the kind. */
  | 'KindNotServed'
  /** A creation was answered with 404. */
  | 'NamespaceOrKindMissing'
  /** A creation was refused because the namespace is being deleted. */
  | 'NamespaceTerminating'
  /** A change was answered with 404, and the object is there. */
  | 'NotFound'
  /** An object of that name is there and `ours` says that it is not ours. */
  | 'NotOurs'
  /** A defect of the rule: what it wants would not be in its own cache. */
  | 'NotSelected'
  /** A defect of the rule: it answered another object than that of the key. */
  | 'OtherObject'
  /** The server refused the object as invalid, or a webhook or policy did. */
  | 'Refused'
  /** The server accepted a change and did not keep it. */
  | 'WriteNotKept'
