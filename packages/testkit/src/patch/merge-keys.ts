/** How a strategic merge patch treats a list. */
export type MergeRule =
  | { readonly kind: 'replace' }
  | { readonly kind: 'set' }
  | { readonly kind: 'keyed'; readonly key: string }

/**
 * Lists that are merged, by the end of their path (k8s.io/api `patchStrategy:"merge"`); `set` for lists of plain values,
 * else the merge key. All other lists are replaced.
 */
const rules: readonly (readonly [pathEnd: string, keyOrSet: string])[] = [
  ['metadata.finalizers', 'set'],
  ['metadata.ownerReferences', 'uid'],
  ['status.conditions', 'type'],
  ['spec.containers', 'name'],
  ['spec.initContainers', 'name'],
  ['spec.ephemeralContainers', 'name'],
  ['spec.volumes', 'name'],
  ['spec.imagePullSecrets', 'name'],
  ['spec.hostAliases', 'ip'],
  ['spec.topologySpreadConstraints', 'topologyKey'],
  ['spec.resourceClaims', 'name'],
  ['spec.schedulingGates', 'name'],
  ['ontainers.env', 'name'],
  ['ontainers.ports', 'containerPort'],
  ['ontainers.volumeMounts', 'mountPath'],
  ['ontainers.volumeDevices', 'devicePath'],
  ['spec.ports', 'port'],
  ['spec.taints', 'key'],
  ['status.addresses', 'type'],
  ['status.podIPs', 'ip'],
  ['status.hostIPs', 'ip'],
  ['secrets', 'name'],
  ['imagePullSecrets', 'name'],
  ['webhooks', 'name'],
  ['spec.podCIDRs', 'set'],
]

/** The rule of the list at a path like `.spec.template.spec.containers` (list items add nothing to it). */
export const mergeRuleOf = (path: string): MergeRule => {
  for (const [end, keyOrSet] of rules) {
    if (!path.endsWith(end.startsWith('ontainers') ? end : `.${end}`)) continue
    return keyOrSet === 'set' ? { kind: 'set' } : { kind: 'keyed', key: keyOrSet }
  }
  return { kind: 'replace' }
}
