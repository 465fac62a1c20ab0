import { createHash } from 'node:crypto'
import type { Resource } from '../resources/resource.ts'
import { apiVersionOf } from '../resources/resource.ts'
import { compareVersions } from './version-order.ts'

/** What a subresource is, when not the object itself. */
export const subresourceKinds: Readonly<
  Record<string, { group: string; version: string; kind: string; verbs: readonly string[] }>
> = {
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] },
}

const ownSubresourceVerbs = ['get', 'patch', 'update']

export const subresourceVerbs = (name: string): readonly string[] =>
  subresourceKinds[name]?.verbs ?? (name === 'finalize' ? ['update'] : ownSubresourceVerbs)

/** Verbs of custom resources are not sorted by the server that tells of them. */
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']

const verbsOf = ({ isCustom, verbs }: Resource): readonly string[] => (isCustom ? customVerbs : verbs)

const subresourcesOf = ({ isCustom, subresources }: Resource): readonly string[] =>
  isCustom ? subresources : [...subresources].sort()

/** Tells clients which version the objects are kept in, so that they see when it changes. */
const storageVersionHash = (resource: Resource): string => {
  const { group, version, kind } = { ...resource, ...resource.storageVersion }
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64')
}

const legacyResources = (resource: Resource): Record<string, unknown>[] => [
  {
    name: resource.plural,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: verbsOf(resource),
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    ...(resource.verbs.includes('get') ? { storageVersionHash: storageVersionHash(resource) } : {}),
  },
  ...subresourcesOf(resource).map((name) => {
    const special = subresourceKinds[name]
    return {
      name: `${resource.plural}/${name}`,
      singularName: '',
      namespaced: resource.namespaced,
      ...(special === undefined ? {} : { group: special.group, version: special.version }),
      kind: special?.kind ?? resource.kind,
      verbs: subresourceVerbs(name),
    }
  }),
]

const inGroupVersion = (resources: readonly Resource[], group: string, version: string): Resource[] =>
  resources.filter((resource) => resource.group === group && resource.version === version)

const versionsOf = (resources: readonly Resource[], group: string): string[] =>
  [...new Set(resources.filter((resource) => resource.group === group).map(({ version }) => version))].sort(
    compareVersions,
  )

/** Built-in groups in the order the server tells of them; custom ones come behind, by name. */
const groupOrder = [
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
]

const placeOf = (group: string): number => {
  const at = groupOrder.indexOf(group)
  return at < 0 ? groupOrder.length : at
}

const groupsOf = (resources: readonly Resource[]): string[] =>
  [...new Set(resources.map(({ group }) => group))]
    .filter((group) => group !== '')
    .sort((left, right) => placeOf(left) - placeOf(right) || (left < right ? -1 : 1))

/** `APIResourceList` of one version of a group; undefined when nothing is served there. */
export const resourceList = (
  resources: readonly Resource[],
  group: string,
  version: string,
): Record<string, unknown> | undefined => {
  const found = inGroupVersion(resources, group, version)
  if (found.length === 0) return undefined
  return {
    kind: 'APIResourceList',
    // the old path has none
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group, version }),
    resources: found.flatMap(legacyResources),
  }
}

const groupEntry = (resources: readonly Resource[], group: string): Record<string, unknown> => {
  const versions = versionsOf(resources, group).map((version) => ({
    groupVersion: `${group}/${version}`,
    version,
  }))
  return { name: group, versions, preferredVersion: versions[0] }
}

/** `APIGroup`; undefined when the group is not served. */
export const apiGroup = (
  resources: readonly Resource[],
  group: string,
): Record<string, unknown> | undefined =>
  groupsOf(resources).includes(group)
    ? { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(resources, group) }
    : undefined

export const apiGroupList = (resources: readonly Resource[]): Record<string, unknown> => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groupsOf(resources).map((group) => groupEntry(resources, group)),
})

export const apiVersions = (url: string): Record<string, unknown> => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: url.replace('https://', '') }],
})

/** Of built-in kinds the group and version go without saying. */
const responseKind = ({ isCustom, group, version, kind }: Resource): Record<string, string> =>
  isCustom ? { group, version, kind } : { group: '', version: '', kind }

const aggregatedSubresource = (resource: Resource, subresource: string): Record<string, unknown> => {
  const special = subresourceKinds[subresource]
  return {
    subresource,
    responseKind:
      special === undefined
        ? responseKind(resource)
        : { group: special.group, version: special.version, kind: special.kind },
    verbs: subresourceVerbs(subresource),
  }
}

const aggregatedResource = (resource: Resource): Record<string, unknown> => ({
  resource: resource.plural,
  responseKind: responseKind(resource),
  scope: resource.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: resource.singular,
  verbs: verbsOf(resource),
  ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
  ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
  ...(resource.subresources.length === 0
    ? {}
    : {
        subresources: subresourcesOf(resource).map((name) => aggregatedSubresource(resource, name)),
      }),
})

/** Those of built-in groups stay in their order. */
const byName = (resources: Resource[]): Resource[] =>
  resources.every(({ isCustom }) => isCustom)
    ? resources.toSorted((left, right) => (left.plural < right.plural ? -1 : 1))
    : resources

const aggregatedGroup = (resources: readonly Resource[], group: string): Record<string, unknown> => ({
  metadata: group === '' ? {} : { name: group },
  versions: versionsOf(resources, group).map((version) => ({
    version,
    resources: byName(inGroupVersion(resources, group, version)).map(aggregatedResource),
    freshness: 'Current',
  })),
})

/** `APIGroupDiscoveryList` of `apidiscovery.k8s.io`: of the core group for `/api`, of all others for `/apis`. */
export const aggregatedDiscovery = (
  resources: readonly Resource[],
  path: '/api' | '/apis',
): Record<string, unknown> => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  metadata: {},
  items: (path === '/api' ? [''] : groupsOf(resources)).map((group) => aggregatedGroup(resources, group)),
})
