import type { Cases } from '../../conformance-case.ts'
import { configMap, hold, made, madeDependent, ownerReference, release, untilGone } from './objects.ts'

const missingUid = '00000000-0000-0000-0000-000000000000'

export const propagation: Cases = {
  'what depends on an object goes after it': async (api) => {
    const owner = await made(api, 'owner')
    await madeDependent(api, { name: 'child', owner, labels: { child: 'yes' } })
    const child = await api.get(api.in('configmaps', 'child'))
    const watch = await api.watch(
      `${api.in('configmaps')}?labelSelector=child&resourceVersion=${child.body.metadata.resourceVersion}`,
    )
    const gone = await api.delete(api.in('configmaps', 'owner'))
    gone.is(200, { status: 'Success' })
    await watch.next({ type: 'DELETED', object: { metadata: { name: 'child' } } })
  },

  'orphaning holds the object until nothing refers to it': async (api) => {
    const owner = await made(api, 'owner')
    const child = await madeDependent(api, { name: 'child', owner, labels: { child: 'yes' } })
    const watch = await api.watch(
      `${api.in('configmaps')}?labelSelector=child&resourceVersion=${child.metadata.resourceVersion}`,
    )
    const marked = await api.delete(`${api.in('configmaps', 'owner')}?propagationPolicy=Orphan`)
    marked.is(200, { kind: 'ConfigMap', metadata: { finalizers: ['orphan'], deletionGracePeriodSeconds: 0 } })
    await untilGone(api, api.in('configmaps', 'owner'))
    await watch.next({ type: 'MODIFIED', object: { metadata: { ownerReferences: undefined } } })
    const read = await api.get(api.in('configmaps', 'child'))
    read.is(200, { metadata: { ownerReferences: undefined } })
  },

  'foreground deletion holds the object until what blocks it is gone': async (api) => {
    const owner = await made(api, 'owner')
    const more = { blockOwnerDeletion: true }
    await madeDependent(api, { name: 'child', owner, more, finalizers: [hold] })
    const marked = await api.delete(`${api.in('configmaps', 'owner')}?propagationPolicy=Foreground`)
    marked.is(200, { kind: 'ConfigMap', metadata: { finalizers: ['foregroundDeletion'] } })
    const child = await api.until(
      api.in('configmaps', 'child'),
      ({ body }) => body.metadata.deletionTimestamp !== undefined,
    )
    child.is(200, { metadata: { finalizers: [hold] } })
    const waiting = await api.get(api.in('configmaps', 'owner'))
    waiting.is(200, { metadata: { finalizers: ['foregroundDeletion'] } })
    await release(api, api.in('configmaps', 'child'))
    await untilGone(api, api.in('configmaps', 'owner'))
  },

  'foreground deletion reaches what depends on a dependent': async (api) => {
    const owner = await made(api, 'owner')
    const more = { blockOwnerDeletion: true }
    const child = await madeDependent(api, { name: 'child', owner, more })
    await madeDependent(api, { name: 'grandchild', owner: child, more, finalizers: [hold] })
    await api.delete(api.in('configmaps', 'owner'), { propagationPolicy: 'Foreground' })
    await api.until(
      api.in('configmaps', 'grandchild'),
      ({ body }) => body.metadata.deletionTimestamp !== undefined,
    )
    const middle = await api.get(api.in('configmaps', 'child'))
    middle.is(200, { metadata: { finalizers: ['foregroundDeletion'] } })
    await release(api, api.in('configmaps', 'grandchild'))
    await untilGone(api, api.in('configmaps', 'owner'))
    await untilGone(api, api.in('configmaps', 'child'))
  },

  'a dependent that does not block goes on its own': async (api) => {
    const owner = await made(api, 'owner')
    await madeDependent(api, { name: 'child', owner, finalizers: [hold] })
    await api.delete(api.in('configmaps', 'owner'), { propagationPolicy: 'Foreground' })
    await untilGone(api, api.in('configmaps', 'owner'))
    const child = await api.until(
      api.in('configmaps', 'child'),
      ({ body }) => body.metadata.deletionTimestamp !== undefined,
    )
    child.is(200, { metadata: { finalizers: [hold] } })
    await release(api, api.in('configmaps', 'child'))
  },

  'orphanDependents of old clients is Orphan or Background': async (api) => {
    await made(api, 'a', { finalizers: [hold] })
    const orphan = await api.delete(api.in('configmaps', 'a'), { orphanDependents: true })
    orphan.is(200, { metadata: { finalizers: (names: string[]) => names.includes('orphan') } })
    await api.until(api.in('configmaps', 'a'), ({ body }) => body.metadata.finalizers.length === 1)
    await release(api, api.in('configmaps', 'a'))
    const ofQuery = await made(api, 'b', { finalizers: [hold] })
    const query = await api.delete(`${api.in('configmaps', 'b')}?orphanDependents=true`)
    query.is(200, { metadata: { uid: ofQuery.metadata.uid } })
    await api.until(api.in('configmaps', 'b'), ({ body }) => body.metadata.finalizers.length === 1)
    await release(api, api.in('configmaps', 'b'))
    await made(api, 'c')
    const background = await api.delete(api.in('configmaps', 'c'), { orphanDependents: false })
    background.is(200, { status: 'Success' })
    await made(api, 'd', { finalizers: [hold] })
    const accepted = await api.delete(api.in('configmaps', 'd'), { orphanDependents: false })
    accepted.is(202, { metadata: { finalizers: [hold] } })
    await release(api, api.in('configmaps', 'd'))
  },

  'a finalizer of propagation decides when the options do not': async (api) => {
    const owner = await made(api, 'owner', { finalizers: ['orphan'] })
    await madeDependent(api, { name: 'child', owner })
    const marked = await api.delete(api.in('configmaps', 'owner'))
    marked.is(200, { metadata: { finalizers: ['orphan'] } })
    await untilGone(api, api.in('configmaps', 'owner'))
    const child = await api.get(api.in('configmaps', 'child'))
    child.is(200, { metadata: { ownerReferences: undefined } })
    await made(api, 'other', { finalizers: ['orphan'] })
    const background = await api.delete(api.in('configmaps', 'other'), { propagationPolicy: 'Background' })
    background.is(200, { status: 'Success' })
  },

  'what refers to an owner that never was is taken away': async (api) => {
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: missingUid }
    const child = await api.post(api.in('configmaps'), configMap('child', { ownerReferences: [reference] }))
    child.is(201, { metadata: { ownerReferences: [reference] } })
    await untilGone(api, api.in('configmaps', 'child'))
  },

  'an owner of that name with another uid is not the owner': async (api) => {
    const owner = await made(api, 'owner')
    const reference = { ...ownerReference(owner), uid: missingUid }
    await api.post(api.in('configmaps'), configMap('child', { ownerReferences: [reference] }))
    await untilGone(api, api.in('configmaps', 'child'))
    const kept = await api.get(api.in('configmaps', 'owner'))
    kept.is(200)
  },

  'one of two owners goes: the dependent stays and no longer refers to it': async (api) => {
    const first = await made(api, 'first')
    const second = await made(api, 'second')
    await api.post(
      api.in('configmaps'),
      configMap('child', { ownerReferences: [ownerReference(first), ownerReference(second)] }),
    )
    await api.delete(api.in('configmaps', 'first'))
    const child = await api.until(
      api.in('configmaps', 'child'),
      ({ body }) => body.metadata.ownerReferences.length === 1,
    )
    child.is(200, { metadata: { ownerReferences: [{ name: 'second' }] } })
    await api.delete(api.in('configmaps', 'second'))
    await untilGone(api, api.in('configmaps', 'child'))
  },

  'an owner in another namespace is none': async (api) => {
    const owner = await made(api, 'owner')
    const namespace = api.unique('other')
    await api.post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    })
    const path = `/api/v1/namespaces/${namespace}/configmaps`
    const child = await api.post(path, configMap('child', { ownerReferences: [ownerReference(owner)] }))
    child.is(201)
    await untilGone(api, `${path}/child`)
    const kept = await api.get(api.in('configmaps', 'owner'))
    kept.is(200)
  },

  'a cluster-scoped owner is one in every namespace': async (api) => {
    const name = api.unique('owner')
    const { body: owner } = await api.post('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name },
      rules: [{ nonResourceURLs: ['/x'], verbs: ['get'] }],
    })
    await madeDependent(api, { name: 'child', owner })
    await api.delete(`/apis/rbac.authorization.k8s.io/v1/clusterroles/${name}`)
    await untilGone(api, api.in('configmaps', 'child'))
  },

  'owner references must be whole, and one of them at most is the controller': async (api) => {
    const owner = await made(api, 'owner')
    const post = (name: string, ...ownerReferences: readonly object[]) =>
      api.post(api.in('configmaps'), configMap(name, { ownerReferences }))
    const empty = await post('a', {})
    empty.is(422, { reason: 'Invalid' })
    const noUid = await post('b', { ...ownerReference(owner), uid: '' })
    noUid.is(422)
    const badVersion = await post('c', { ...ownerReference(owner), apiVersion: 'a/b/c' })
    badVersion.is(422)
    const event = await post('d', { ...ownerReference(owner), kind: 'Event' })
    event.is(422)
    const two = await post(
      'e',
      ownerReference(owner, { controller: true }),
      ownerReference(owner, { controller: true, name: 'x' }),
    )
    two.is(422)
    const type = await post('f', { ...ownerReference(owner), controller: 'yes' })
    type.is(400, { reason: 'BadRequest' })
    const twice = await post('g', ownerReference(owner), ownerReference(owner))
    twice.is(201)
  },
}
