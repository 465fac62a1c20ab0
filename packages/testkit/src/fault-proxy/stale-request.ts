import type { Staleness } from '../faults/staleness.ts'
import { isJsonObject, listAt, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import { notFound } from '../api-error.ts'
import type { ResourceRequest } from '../server/request-info.ts'

/** A read of the past, as a real server can be asked for it. */
export interface StaleRequest {
  readonly url: string
  /** Makes the answer to a get of that to the list that was asked for in its place; throws the 404. */
  readonly answerOf: ((list: unknown) => KubeObject) | undefined
}

/**
 * The request that answers what a read would have seen at the last visible version; undefined when it is to see the
 * present. Watches are not asked otherwise: their events are held back.
 */
export const staleRequest = (
  info: ResourceRequest,
  url: string,
  { visible, reads }: Staleness,
): StaleRequest | undefined => {
  if (info.verb !== 'get' && info.verb !== 'list') return undefined
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
  const asked = query.get('resourceVersion') ?? ''
  const isConsistent = asked === ''
  if (query.get('resourceVersionMatch') === 'Exact' || query.has('continue')) return undefined
  if (isConsistent && reads === 'cached') return undefined
  // newer than the past: let the server say so by asking it for what it does not have
  if (!Number.isFinite(visible) || Number(asked) > visible) return undefined
  if (asked === '0') query.delete('limit')
  query.set('resourceVersion', String(visible))
  query.set('resourceVersionMatch', 'Exact')
  if (info.verb === 'list') return { url: `${path}?${query.toString()}`, answerOf: undefined }
  query.set('fieldSelector', `metadata.name=${info.name}`)
  const collection = path.slice(0, path.lastIndexOf('/'))
  return {
    url: `${collection}?${query.toString()}`,
    answerOf(list) {
      const [item] = listAt(list, 'items').filter(isJsonObject)
      if (item === undefined) throw notFound(info, info.name)
      const kind = textAt(list, 'kind').replace(/List$/, '')
      return { apiVersion: textAt(list, 'apiVersion'), kind, ...item } as KubeObject
    },
  }
}

/** A watch that begins with the past: what to list first, what to watch then, and the events that the list makes. */
export interface StaleWatch {
  readonly listUrl: string
  readonly watchUrl: string
  readonly eventsOf: (list: unknown) => Buffer[]
}

/** Undefined for a watch that begins at a version, or with the present. */
export const staleWatch = (url: string, { visible, reads }: Staleness): StaleWatch | undefined => {
  const [path = '', text = ''] = url.split('?', 2)
  const query = new URLSearchParams(text)
  const asked = query.get('resourceVersion') ?? ''
  const isFromState = asked === '0' || asked === '' || query.get('sendInitialEvents') === 'true'
  if (!isFromState || (asked === '' && reads === 'cached')) return undefined
  if (!Number.isFinite(visible) || Number(asked) > visible) return undefined
  const version = String(visible)
  const marksEnd = query.get('sendInitialEvents') === 'true' && query.get('allowWatchBookmarks') === 'true'
  query.delete('sendInitialEvents')
  query.delete('resourceVersionMatch')
  query.set('resourceVersion', version)
  const watchUrl = `${path}?${query.toString()}`
  for (const name of ['watch', 'allowWatchBookmarks', 'timeoutSeconds']) query.delete(name)
  query.set('resourceVersionMatch', 'Exact')
  return {
    listUrl: `${path}?${query.toString()}`,
    watchUrl,
    eventsOf(list) {
      const apiVersion = textAt(list, 'apiVersion')
      const kind = textAt(list, 'kind').replace(/List$/, '')
      const added = listAt(list, 'items')
        .filter(isJsonObject)
        .map((item) => ({ type: 'ADDED', object: { apiVersion, kind, ...item } }))
      const annotations = { 'k8s.io/initial-events-end': 'true' }
      const end = {
        type: 'BOOKMARK',
        object: { apiVersion, kind, metadata: { resourceVersion: version, annotations } },
      }
      return [...added, ...(marksEnd ? [end] : [])].map((event) => Buffer.from(`${JSON.stringify(event)}\n`))
    },
  }
}
