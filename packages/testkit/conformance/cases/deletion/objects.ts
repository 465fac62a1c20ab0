import type { CaseApi } from '../../case-api.ts'

interface Meta {
  readonly labels?: Record<string, string>
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly object[]
}

/** A ConfigMap with this metadata: the plainest object there is. */
export const configMap = (name: string, meta: Meta = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...meta },
  data: { a: '1' },
})

/** As it is sent in metadata.ownerReferences of what depends on `owner`. */
export const ownerReference = (
  {
    apiVersion,
    kind,
    metadata: { name, uid },
  }: { apiVersion: string; kind: string; metadata: { name: string; uid: string } },
  more: object = {},
) => ({ apiVersion, kind, name, uid, ...more })

/** Makes a ConfigMap and answers it as it is stored. */
export const made = async (api: CaseApi, name: string, meta: Meta = {}) => {
  const answer = await api.post(api.in('configmaps'), configMap(name, meta))
  return answer.is(201).body
}

/** Makes a ConfigMap that depends on another. */
export const madeDependent = async (
  api: CaseApi,
  {
    name,
    owner,
    more,
    ...meta
  }: Meta & { name: string; owner: Parameters<typeof ownerReference>[0]; more?: object },
) => made(api, name, { ...meta, ownerReferences: [ownerReference(owner, more)] })

/** Waits until there is nothing at a path. */
export const untilGone = (api: CaseApi, path: string) => api.until(path, ({ status }) => status === 404)

/** Lets go of what a finalizer holds. */
export const release = (api: CaseApi, path: string) =>
  api.patch(path, 'merge', { metadata: { finalizers: null } })

export const hold = 'example.com/hold'
