import type { Cases } from '../../conformance-case.ts'
import { hold, made, release } from './objects.ts'

export const deleteOptions: Cases = {
  'what is not there cannot be deleted': async (api) => {
    const none = await api.delete(api.in('configmaps', 'missing'))
    none.is(404, { reason: 'NotFound', details: { name: 'missing', kind: 'configmaps' } })
    const ofGroup = await api.delete(api.in('apps/v1/deployments', 'missing'))
    ofGroup.is(404, { details: { name: 'missing', group: 'apps', kind: 'deployments' } })
    const elsewhere = await api.delete('/api/v1/namespaces/there-is-none/configmaps/a')
    elsewhere.is(404)
    const namespace = await api.delete('/api/v1/namespaces/there-is-none')
    namespace.is(404)
  },

  'most kinds answer a Status with the uid, a few the object that was': async (api) => {
    const objects: readonly (readonly [string, object])[] = [
      ['configmaps', { apiVersion: 'v1', kind: 'ConfigMap' }],
      ['secrets', { apiVersion: 'v1', kind: 'Secret' }],
      ['serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount' }],
      [
        'coordination.k8s.io/v1/leases',
        { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', spec: { holderIdentity: 'a' } },
      ],
    ]
    for (const [resource, object] of objects) {
      await api.post(api.in(resource), { ...object, metadata: { name: 'a' } })
      const gone = await api.delete(api.in(resource, 'a'))
      gone.is(200, { kind: resource === 'serviceaccounts' ? 'ServiceAccount' : 'Status' })
    }
  },

  'preconditions that do not hold are a Conflict and delete nothing': async (api) => {
    const path = api.in('configmaps', 'a')
    const { metadata } = await made(api, 'a')
    const { uid, resourceVersion } = metadata
    const otherUid = await api.delete(path, {
      preconditions: { uid: '00000000-0000-0000-0000-000000000000' },
    })
    otherUid.is(409, { reason: 'Conflict' })
    const otherVersion = await api.delete(path, { preconditions: { uid, resourceVersion: '1' } })
    otherVersion.is(409, { reason: 'Conflict' })
    const kept = await api.get(path)
    kept.is(200, { metadata: { resourceVersion } })
    const right = await api.delete(path, { preconditions: { uid, resourceVersion } })
    right.is(200, { status: 'Success', details: { uid } })
  },

  'preconditions hold for the object as it is, marked or not': async (api) => {
    const path = api.in('configmaps', 'a')
    const { metadata } = await made(api, 'a', { finalizers: [hold] })
    await api.delete(path)
    const stale = await api.delete(path, { preconditions: { resourceVersion: metadata.resourceVersion } })
    stale.is(409)
    const uid = await api.delete(path, { preconditions: { uid: metadata.uid } })
    uid.is(200)
    await release(api, path)
  },

  'a dry run answers as if, and deletes nothing': async (api) => {
    const path = api.in('configmaps', 'a')
    const { metadata } = await made(api, 'a')
    const byQuery = await api.delete(`${path}?dryRun=All`)
    byQuery.is(200, { status: 'Success' })
    const byBody = await api.delete(path, { dryRun: ['All'] })
    byBody.is(200, { status: 'Success' })
    const held = await api.patch(path, 'merge', { metadata: { finalizers: [hold] } })
    const marked = await api.delete(`${path}?dryRun=All`)
    marked.is(200, { kind: 'ConfigMap', metadata: { deletionTimestamp: /Z$/ } })
    const read = await api.get(path)
    read.is(200, { metadata: { uid: metadata.uid, deletionTimestamp: undefined } })
    held.is(200, read.body)
    await release(api, path)
  },

  'options in the body come before those of the query': async (api) => {
    const path = api.in('configmaps', 'a')
    await made(api, 'a', { finalizers: [hold] })
    const both = await api.delete(`${path}?propagationPolicy=Background`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Foreground',
    })
    both.is(200, { metadata: { finalizers: (value: string[]) => value.includes('foregroundDeletion') } })
    await api.until(path, ({ body }) => body.metadata.finalizers.length === 1)
    await release(api, path)
    await made(api, 'b', { finalizers: [hold] })
    const query = await api.delete(`${api.in('configmaps', 'b')}?propagationPolicy=Background`)
    query.is(200, { metadata: { finalizers: [hold] } })
    await release(api, api.in('configmaps', 'b'))
  },

  'options that mean nothing are Invalid': async (api) => {
    const path = api.in('configmaps', 'a')
    await made(api, 'a')
    const policy = await api.delete(path, { propagationPolicy: 'Sideways' })
    policy.is(422, { reason: 'Invalid', details: { kind: 'DeleteOptions' } })
    const policyInQuery = await api.delete(`${path}?propagationPolicy=Sideways`)
    policyInQuery.is(422)
    const both = await api.delete(path, { propagationPolicy: 'Orphan', orphanDependents: true })
    both.is(422)
    const dryRun = await api.delete(`${path}?dryRun=Some`)
    dryRun.is(422)
    const dryRunInBody = await api.delete(path, { dryRun: ['Some'] })
    dryRunInBody.is(422)
    const kept = await api.get(path)
    kept.is(200)
  },

  'a body that is no DeleteOptions is a BadRequest': async (api) => {
    const path = api.in('configmaps', 'a')
    await made(api, 'a')
    const broken = await api.delete(path, '{"gracePeriodSeconds":')
    broken.is(400, { reason: 'BadRequest' })
    const type = await api.delete(path, { gracePeriodSeconds: 'soon' })
    type.is(400, { reason: 'BadRequest' })
    const kind = await api.delete(path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } })
    kind.is(400, { reason: 'BadRequest' })
    const kept = await api.get(path)
    kept.is(200)
  },

  'unknown fields of DeleteOptions are passed over, those of any group are understood': async (api) => {
    await made(api, 'a')
    const unknown = await api.delete(api.in('configmaps', 'a'), { sideways: true })
    unknown.is(200, { status: 'Success' })
    await made(api, 'b')
    const ofGroup = await api.delete(api.in('configmaps', 'b'), {
      apiVersion: 'meta.k8s.io/v1',
      kind: 'DeleteOptions',
    })
    ofGroup.is(200, { status: 'Success' })
    await made(api, 'c')
    const empty = await api.delete(api.in('configmaps', 'c'), {})
    empty.is(200, { status: 'Success' })
  },

  'a period of grace is nothing to objects without one': async (api) => {
    await made(api, 'a')
    const soon = await api.delete(api.in('configmaps', 'a'), { gracePeriodSeconds: 30 })
    soon.is(200, { status: 'Success' })
    await made(api, 'b')
    const now = await api.delete(`${api.in('configmaps', 'b')}?gracePeriodSeconds=0`)
    now.is(200, { status: 'Success' })
    await made(api, 'c', { finalizers: [hold] })
    const held = await api.delete(api.in('configmaps', 'c'), { gracePeriodSeconds: 30 })
    held.is(200, { metadata: { deletionGracePeriodSeconds: 0 } })
    await release(api, api.in('configmaps', 'c'))
    await made(api, 'd')
    const negative = await api.delete(api.in('configmaps', 'd'), { gracePeriodSeconds: -1 })
    negative.is(200)
  },
}
