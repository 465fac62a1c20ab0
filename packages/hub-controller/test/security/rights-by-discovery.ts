import { isForbidden, KubeError, type KubeClient } from '@odfmo/controller-kit'

interface Resource {
  /** With its subresource: `secrets`, `mirrorpeers/status`. */
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  /** Of the list it stands in: `v1`, `apps/v1`. */
  readonly apiVersion: string
}

interface Discovered {
  readonly groupVersion: string
  readonly resources: readonly Omit<Resource, 'apiVersion'>[]
}

/** Every resource that the server serves, in the version that it prefers. */
const resourcesOf = async (client: KubeClient): Promise<readonly Resource[]> => {
  const groups = JSON.parse(await client.raw('GET', '/apis')) as {
    readonly groups: readonly { readonly preferredVersion: { readonly groupVersion: string } }[]
  }
  const paths = [
    '/api/v1',
    ...groups.groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`),
  ]
  const lists = await Promise.all(
    paths.map(async (path) => JSON.parse(await client.raw('GET', path)) as Discovered),
  )
  return lists.flatMap(({ groupVersion, resources }) =>
    resources.map((resource) => ({ ...resource, apiVersion: groupVersion })),
  )
}

/** How one verb is asked for; of an object that is not there, or without an effect. */
const requestFor = (
  verb: string,
  { name, kind, apiVersion }: Resource,
  namespace: string | undefined,
): Parameters<KubeClient['raw']> | undefined => {
  const [plural = '', subresource] = name.split('/')
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const all = `${root}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}`
  const one = `${all}/not-there${subresource === undefined ? '' : `/${subresource}`}`
  const body = { apiVersion, kind, metadata: { name: 'not-there' } }
  switch (verb) {
    case 'list':
      return ['GET', `${all}?limit=1`]
    case 'watch':
      return ['GET', `${all}?watch=true&timeoutSeconds=1`]
    case 'get':
      return ['GET', one]
    case 'create':
      return ['POST', `${subresource === undefined ? all : one}?dryRun=All`, { body }]
    case 'update':
      return ['PUT', `${one}?dryRun=All`, { body }]
    case 'patch':
      return ['PATCH', `${one}?dryRun=All`, { body: {}, contentType: 'application/merge-patch+json' }]
    case 'delete':
      return ['DELETE', `${one}?dryRun=All`]
    case 'deletecollection':
      return ['DELETE', `${all}?dryRun=All`]
    default:
      return undefined
  }
}

/** Whether it is authorized; what admission refuses, or is not there, is. */
const isAuthorized = async (client: KubeClient, request: Parameters<KubeClient['raw']>): Promise<boolean> => {
  try {
    await client.raw(...request)
    return true
  } catch (error) {
    if (!(error instanceof KubeError)) throw error
    return !(isForbidden(error) && /\bcannot [a-z]+ resource\b/.test(error.message))
  }
}

/**
 * What somebody may do, asked of the server verb by verb, for every resource that it serves, on the whole cluster and in each
 * of these namespaces: `list secrets in cluster1`, `get mirrorpeers.multicluster.odf.openshift.io`. Reviews of one's own
 * rights, which everybody may ask for, are left out.
 */
export const rightsByDiscovery = async (
  client: KubeClient,
  namespaces: readonly string[],
): Promise<{ readonly asked: number; readonly rights: readonly string[] }> => {
  const asked = (await resourcesOf(client))
    .filter(({ kind }) => !kind.startsWith('SelfSubject'))
    .flatMap((resource) =>
      (resource.namespaced ? [undefined, ...namespaces] : [undefined]).flatMap((namespace) =>
        resource.verbs
          // Of all namespaces at once only what has no name can be asked for.
          .filter(
            (verb) => !resource.namespaced || namespace !== undefined || ['list', 'watch'].includes(verb),
          )
          .flatMap((verb) => {
            const request = requestFor(verb, resource, namespace)
            return request === undefined ? [] : [{ request, text: textOf(verb, resource, namespace) }]
          }),
      ),
    )
  const rights: string[] = []
  const waiting = asked.values()
  const worker = async (): Promise<void> => {
    for (const { request, text } of waiting) if (await isAuthorized(client, request)) rights.push(text)
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  return { asked: asked.length, rights: rights.toSorted() }
}

const textOf = (verb: string, { name, apiVersion }: Resource, namespace: string | undefined): string => {
  const [plural = '', subresource] = name.split('/')
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : []
  const resource = `${plural}${group === undefined ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`
  return `${verb} ${resource}${namespace === undefined ? '' : ` in ${namespace}`}`
}
