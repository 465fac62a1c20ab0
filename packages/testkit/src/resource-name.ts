/** All that Kubernetes' core group has; nothing is added to it any more. */
const core = new Set(
  (
    'bindings componentstatuses configmaps endpoints events limitranges namespaces nodes persistentvolumeclaims ' +
    'persistentvolumes pods podtemplates replicationcontrollers resourcequotas secrets serviceaccounts services'
  ).split(' '),
)

/** `leases.coordination.k8s.io/status`: what a request is about, as faults and journals call it. */
export const resourceName = (group: string, plural: string, subresource: string): string =>
  (group === '' ? plural : `${plural}.${group}`) + (subresource === '' ? '' : `/${subresource}`)

/**
 * Whether a resource is the one that is asked for: `leases` is that of any group, unless the core group has one of that
 * name (`events`).
 */
export const isResourceNamed = (wanted: string, resource: string): boolean => {
  if (wanted === resource) return true
  const [plural = '', ...subresource] = wanted.split('/')
  const [actual = '', ...actualSubresource] = resource.split('/')
  return (
    plural !== '' &&
    !plural.includes('.') &&
    !core.has(plural) &&
    actual.startsWith(`${plural}.`) &&
    subresource.join('/') === actualSubresource.join('/')
  )
}
