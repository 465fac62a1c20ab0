import type { Resource } from '../resources/resource.ts'
import { apiVersionOf } from '../resources/resource.ts'
import { compareVersions } from './version-order.ts'

/** What a subresource is, when not the object itself. */
const subresourceKinds: Readonly<
  Record<string, { group: string; version: string; kind: string; verbs: readonly string[] }>
> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] },
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] },
}

const ownSubresourceVerbs = ['get', 'patch', 'update']

const legacyResources = (resource: Resource): Record<string, unknown>[] => [
  {
    name: resource.plural,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
  },
  ...resource.subresources.map((name) => {
    const special = subresourceKinds[name]
    return {
      name: `${resource.plural}/${name}`,
      singularName: '',
      namespaced: resource.namespaced,
      ...(special === undefined ? {} : { group: special.group, version: special.version }),
      kind: special?.kind ?? resource.kind,
      verbs: special?.verbs ?? ownSubresourceVerbs,
    }
  }),
]

const inGroupVersion = (resources: readonly Resource[], group: string, version: string): Resource[] =>
  resources.filter((resource) => resource.group === group && resource.version === version)

const versionsOf = (resources: readonly Resource[], group: string): string[] =>
  [...new Set(resources.filter((resource) => resource.group === group).map(({ version }) => version))].sort(
    compareVersions,
  )

const groupsOf = (resources: readonly Resource[]): string[] =>
  [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '').sort()

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
    apiVersion: 'v1',
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

const aggregatedResource = (resource: Resource): Record<string, unknown> => ({
  resource: resource.plural,
  responseKind: { group: resource.group, version: resource.version, kind: resource.kind },
  scope: resource.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: resource.singular,
  verbs: resource.verbs,
  ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
  ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
  ...(resource.subresources.length === 0
    ? {}
    : {
        subresources: resource.subresources.map((subresource) => {
          const { group, version, kind, verbs } = subresourceKinds[subresource] ?? {
            ...resource,
            verbs: ownSubresourceVerbs,
          }
          return { subresource, responseKind: { group, version, kind }, verbs }
        }),
      }),
})

const aggregatedGroup = (resources: readonly Resource[], group: string): Record<string, unknown> => ({
  metadata: group === '' ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
  versions: versionsOf(resources, group).map((version) => ({
    version,
    resources: inGroupVersion(resources, group, version).map(aggregatedResource),
    freshness: 'Current',
  })),
})

/** `APIGroupDiscoveryList` of `apidiscovery.k8s.io`: of the core group for `/api`, of all others for `/apis`. */
export const aggregatedDiscovery = (
  resources: readonly Resource[],
  path: '/api' | '/apis',
  version: string,
): Record<string, unknown> => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: `apidiscovery.k8s.io/${version}`,
  metadata: {},
  items: (path === '/api' ? [''] : groupsOf(resources)).map((group) => aggregatedGroup(resources, group)),
})
