import type { Cases } from '../../conformance-case.ts'
import { hold, made, release } from './objects.ts'

const names = ({ items }: { items: { metadata: { name: string } }[] }): string[] =>
  items.map(({ metadata }) => metadata.name)

export const collection: Cases = {
  'a collection is deleted as far as the label selector says, and answered': async (api) => {
    await made(api, 'a', { labels: { app: 'x' } })
    await made(api, 'b', { labels: { app: 'y' } })
    await made(api, 'c', { labels: { app: 'x' } })
    const gone = await api.delete(`${api.in('configmaps')}?labelSelector=app%3Dx`)
    gone.is(200, { kind: 'ConfigMapList', items: (items: []) => names({ items }).join() === 'a,c' })
    const left = await api.get(`${api.in('configmaps')}?labelSelector=app`)
    left.is(200, { items: [{ metadata: { name: 'b' } }] })
  },

  'a collection is deleted as far as the field selector says': async (api) => {
    for (const name of ['a', 'b']) await made(api, name, { labels: { app: 'x' } })
    const gone = await api.delete(`${api.in('configmaps')}?fieldSelector=metadata.name%3Da`)
    gone.is(200, { items: [{ metadata: { name: 'a' } }] })
    const none = await api.delete(`${api.in('configmaps')}?fieldSelector=metadata.name%3Da`)
    none.is(200, { items: [] })
    const unknown = await api.delete(`${api.in('configmaps')}?fieldSelector=data.a%3D1`)
    unknown.is(400, { reason: 'BadRequest' })
    const malformed = await api.delete(`${api.in('configmaps')}?labelSelector=a%3D%3D%3Db`)
    malformed.is(400, { reason: 'BadRequest' })
    const left = await api.get(`${api.in('configmaps')}?labelSelector=app`)
    left.is(200, { items: [{ metadata: { name: 'b' } }] })
  },

  'a collection that is empty is deleted as well': async (api) => {
    const gone = await api.delete(api.in('coordination.k8s.io/v1/leases'))
    gone.is(200, { kind: 'LeaseList', items: [] })
  },

  'a dry run of a collection deletes nothing': async (api) => {
    await made(api, 'a', { labels: { app: 'x' } })
    const dry = await api.delete(`${api.in('configmaps')}?labelSelector=app&dryRun=All`)
    dry.is(200, { items: [{ metadata: { name: 'a' } }] })
    const inBody = await api.delete(`${api.in('configmaps')}?labelSelector=app`, { dryRun: ['All'] })
    inBody.is(200)
    const kept = await api.get(api.in('configmaps', 'a'))
    kept.is(200)
  },

  'limit deletes that many, and the rest with the next': async (api) => {
    for (const name of ['a', 'b', 'c']) await made(api, name, { labels: { app: 'x' } })
    const two = await api.delete(`${api.in('configmaps')}?labelSelector=app&limit=2`)
    two.is(200)
    const left = await api.get(`${api.in('configmaps')}?labelSelector=app`)
    left.is(200)
    const rest = await api.delete(`${api.in('configmaps')}?labelSelector=app`)
    rest.is(200)
    const none = await api.get(`${api.in('configmaps')}?labelSelector=app`)
    none.is(200, { items: [] })
  },

  'objects with finalizers are only marked': async (api) => {
    await made(api, 'a', { labels: { app: 'x' }, finalizers: [hold] })
    await made(api, 'b', { labels: { app: 'x' } })
    const gone = await api.delete(`${api.in('configmaps')}?labelSelector=app`)
    gone.is(200, { kind: 'ConfigMapList' })
    const left = await api.get(`${api.in('configmaps')}?labelSelector=app`)
    left.is(200, { items: [{ metadata: { name: 'a', deletionTimestamp: /Z$/ } }] })
    await release(api, api.in('configmaps', 'a'))
  },

  'a policy for a collection is one for each of its objects': async (api) => {
    await made(api, 'a', { labels: { app: 'x' }, finalizers: [hold] })
    const gone = await api.delete(`${api.in('configmaps')}?labelSelector=app`, {
      propagationPolicy: 'Foreground',
    })
    gone.is(200)
    await api.until(api.in('configmaps', 'a'), ({ body }) => body.metadata.finalizers.length === 1)
    await release(api, api.in('configmaps', 'a'))
    const wrong = await api.delete(`${api.in('configmaps')}?labelSelector=app`, {
      propagationPolicy: 'Sideways',
    })
    wrong.is(422, { reason: 'Invalid' })
  },

  'a collection is not deleted in all namespaces at once': async (api) => {
    const all = await api.delete('/api/v1/configmaps?labelSelector=there-is-none')
    all.is(405, { reason: 'MethodNotAllowed' })
  },

  'a watch sees each object of a collection go': async (api) => {
    await made(api, 'a', { labels: { app: 'x' } })
    const { metadata } = await made(api, 'b', { labels: { app: 'x' } })
    const watch = await api.watch(
      `${api.in('configmaps')}?labelSelector=app&fieldSelector=metadata.name%3Db&resourceVersion=${metadata.resourceVersion}`,
    )
    await api.delete(`${api.in('configmaps')}?labelSelector=app`, { preconditions: { uid: metadata.uid } })
    await api.delete(`${api.in('configmaps')}?labelSelector=app`)
    await watch.next({ type: 'DELETED', object: { metadata: { name: 'b' } } })
  },
}
