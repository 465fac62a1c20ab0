import type { Cases } from '../../conformance-case.ts'
import { configMap, hold, made, madeDependent, ownerReference, release, untilGone } from './objects.ts'

const blocking = { blockOwnerDeletion: true }

export const cascades: Cases = {
  'a deletion in the foreground is ended by a later one with another policy': async (api) => {
    const owner = await made(api, 'owner')
    await madeDependent(api, { name: 'child', owner, more: blocking, finalizers: [hold] })
    const first = await api.delete(`${api.in('configmaps', 'owner')}?propagationPolicy=Foreground`)
    first.is(200, { metadata: { finalizers: ['foregroundDeletion'] } })
    const second = await api.delete(`${api.in('configmaps', 'owner')}?propagationPolicy=Background`)
    second.is(200)
    await untilGone(api, api.in('configmaps', 'owner'))
    const child = await api.until(
      api.in('configmaps', 'child'),
      ({ body }) => body.metadata.deletionTimestamp !== undefined,
    )
    child.is(200, { metadata: { finalizers: [hold] } })
    await release(api, api.in('configmaps', 'child'))
  },

  'foreground beside a finalizer waits for both': async (api) => {
    const owner = await made(api, 'owner', { finalizers: [hold] })
    await madeDependent(api, { name: 'child', owner, more: blocking })
    const marked = await api.delete(`${api.in('configmaps', 'owner')}?propagationPolicy=Foreground`)
    marked.is(200, { metadata: { finalizers: [hold, 'foregroundDeletion'] } })
    await untilGone(api, api.in('configmaps', 'child'))
    const held = await api.until(
      api.in('configmaps', 'owner'),
      ({ body }) => body.metadata.finalizers.length === 1,
    )
    held.is(200, { metadata: { finalizers: [hold] } })
    await release(api, api.in('configmaps', 'owner'))
    await untilGone(api, api.in('configmaps', 'owner'))
  },

  'orphaning beside a finalizer lets the dependents be, and waits': async (api) => {
    const owner = await made(api, 'owner', { finalizers: [hold] })
    await madeDependent(api, { name: 'child', owner })
    const marked = await api.delete(`${api.in('configmaps', 'owner')}?propagationPolicy=Orphan`)
    marked.is(200, { metadata: { finalizers: [hold, 'orphan'] } })
    const held = await api.until(
      api.in('configmaps', 'owner'),
      ({ body }) => body.metadata.finalizers.length === 1,
    )
    held.is(200, { metadata: { finalizers: [hold] } })
    const child = await api.get(api.in('configmaps', 'child'))
    child.is(200, { metadata: { ownerReferences: undefined } })
    await release(api, api.in('configmaps', 'owner'))
    await untilGone(api, api.in('configmaps', 'owner'))
  },

  'many dependents are orphaned, each of them': async (api) => {
    const owner = await made(api, 'owner')
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await madeDependent(api, { name, owner, labels: { child: 'yes' } })
    await api.delete(`${api.in('configmaps', 'owner')}?propagationPolicy=Orphan`)
    await untilGone(api, api.in('configmaps', 'owner'))
    const left = await api.get(`${api.in('configmaps')}?labelSelector=child`)
    left.is(200, { items: Array.from({ length: 5 }, () => ({ metadata: { ownerReferences: undefined } })) })
  },

  'a dependent of two, one of them deleted in the foreground, stays with the other': async (api) => {
    const first = await made(api, 'first')
    const second = await made(api, 'second')
    await api.post(
      api.in('configmaps'),
      configMap('child', { ownerReferences: [ownerReference(first, blocking), ownerReference(second)] }),
    )
    await api.delete(`${api.in('configmaps', 'first')}?propagationPolicy=Foreground`)
    await untilGone(api, api.in('configmaps', 'first'))
    const child = await api.get(api.in('configmaps', 'child'))
    child.is(200, { metadata: { ownerReferences: [{ name: 'second' }] } })
  },

  'a chain goes from its head, in the background': async (api) => {
    const first = await made(api, 'first')
    const second = await madeDependent(api, { name: 'second', owner: first })
    await madeDependent(api, { name: 'third', owner: second })
    const gone = await api.delete(api.in('configmaps', 'first'), { propagationPolicy: 'Background' })
    gone.is(200, { status: 'Success' })
    await untilGone(api, api.in('configmaps', 'third'))
    await untilGone(api, api.in('configmaps', 'second'))
  },

  'what is orphaned keeps its own dependents': async (api) => {
    const first = await made(api, 'first')
    const second = await madeDependent(api, { name: 'second', owner: first })
    await madeDependent(api, { name: 'third', owner: second })
    await api.delete(`${api.in('configmaps', 'first')}?propagationPolicy=Orphan`)
    await untilGone(api, api.in('configmaps', 'first'))
    const third = await api.get(api.in('configmaps', 'third'))
    third.is(200, { metadata: { ownerReferences: [{ name: 'second' }] } })
  },

  'a collection is deleted in the foreground, object by object': async (api) => {
    const owner = await made(api, 'owner', { labels: { of: 'collection' } })
    await made(api, 'other', { labels: { of: 'collection' } })
    await madeDependent(api, { name: 'child', owner, more: blocking, finalizers: [hold] })
    const deleted = await api.delete(
      `${api.in('configmaps')}?labelSelector=of%3Dcollection&propagationPolicy=Foreground`,
    )
    deleted.is(200)
    await api.until(
      api.in('configmaps', 'child'),
      ({ body }) => body.metadata.deletionTimestamp !== undefined,
    )
    const waiting = await api.get(api.in('configmaps', 'owner'))
    waiting.is(200, { metadata: { finalizers: ['foregroundDeletion'] } })
    await release(api, api.in('configmaps', 'child'))
    await untilGone(api, api.in('configmaps', 'owner'))
    await untilGone(api, api.in('configmaps', 'other'))
  },

  'foreground deletion and foreground deletion again change nothing': async (api) => {
    const owner = await made(api, 'owner')
    await madeDependent(api, { name: 'child', owner, more: blocking, finalizers: [hold] })
    const first = await api.delete(`${api.in('configmaps', 'owner')}?propagationPolicy=Foreground`)
    const again = await api.delete(`${api.in('configmaps', 'owner')}?propagationPolicy=Foreground`)
    again.is(first.status, { metadata: { resourceVersion: first.body.metadata.resourceVersion } })
    await api.until(
      api.in('configmaps', 'child'),
      ({ body }) => body.metadata.deletionTimestamp !== undefined,
    )
    await release(api, api.in('configmaps', 'child'))
    await untilGone(api, api.in('configmaps', 'owner'))
  },
}
