import type { Cases } from '../../conformance-case.ts'
import { changedOnce, configMap, lease, withWidgets } from './objects.ts'

const otherUid = '00000000-0000-0000-0000-000000000001'
const leases = 'coordination.k8s.io/v1/leases'

export const identity: Cases = {
  'a PUT with the uid of another object is a Conflict': async (api) => {
    const { current } = await changedOnce(api)
    const path = api.in('configmaps', 'a')
    const other = await api.put(path, configMap({ uid: otherUid }, { a: '3' }))
    other.is(409, { reason: 'Conflict', message: /UID in precondition/ })
    const own = await api.put(path, configMap({ uid: current.metadata.uid }, { a: '3' }))
    own.is(200)
    await api.delete(path)
    const recreated = await api.post(api.in('configmaps'), configMap())
    recreated.is(201)
    const stale = await api.put(path, { ...current, data: { a: '4' } })
    stale.is(409)
  },

  'a PUT of a custom resource with the uid of another is a Conflict': async (api) => {
    const { path, widget } = await withWidgets(api)
    const made = await api.post(path, widget('w'))
    const { resourceVersion } = made.body.metadata
    const other = await api.put(`${path}/w`, widget('w', {}, { resourceVersion, uid: otherUid }))
    other.is(409, { reason: 'Conflict' })
  },

  'a patch with the uid of another object is refused': async (api) => {
    const { current } = await changedOnce(api)
    const path = api.in('configmaps', 'a')
    const merge = await api.patch(path, 'merge', { metadata: { uid: otherUid }, data: { a: '3' } })
    merge.is(422, { message: /metadata.uid: Invalid value: .*: field is immutable/ })
    ;(await api.patch(path, 'strategic', { metadata: { uid: otherUid }, data: { a: '3' } })).is(422)
    const replace = [{ op: 'replace', path: '/metadata/uid', value: otherUid }]
    ;(await api.patch(path, 'json', replace)).is(422)
    const test = [{ op: 'test', path: '/metadata/uid', value: otherUid }]
    ;(await api.patch(path, 'json', test)).is(422)
    const own = await api.patch(path, 'merge', { metadata: { uid: current.metadata.uid }, data: { a: '3' } })
    own.is(200)
    const removed = await api.patch(path, 'merge', { metadata: { uid: null }, data: { a: '4' } })
    removed.is(200, { metadata: { uid: current.metadata.uid } })
  },

  'creationTimestamp, generation and deletionTimestamp of a body are passed over or refused': async (api) => {
    const { current } = await changedOnce(api)
    const path = api.in('configmaps', 'a')
    const sent = {
      creationTimestamp: '2020-01-01T00:00:00Z',
      generation: 9,
      generateName: 'other-',
      deletionGracePeriodSeconds: 3,
    }
    const put = await api.put(path, configMap(sent, { a: '3' }))
    put.is(422)
    const { deletionGracePeriodSeconds: _seconds, ...harmless } = sent
    const taken = await api.put(path, configMap(harmless, { a: '3' }))
    taken.is(200, { metadata: { creationTimestamp: current.metadata.creationTimestamp } })
    const deleted = await api.patch(path, 'merge', {
      metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' },
    })
    deleted.is(422)
  },

  'a delete by uid takes that object only': async (api) => {
    const { current } = await changedOnce(api)
    const path = api.in('configmaps', 'a')
    const other = await api.delete(path, { preconditions: { uid: otherUid } })
    other.is(409, { reason: 'Conflict', message: /UID in the precondition|UID in precondition/ })
    const own = await api.delete(path, { preconditions: { uid: current.metadata.uid } })
    own.is(200, { status: 'Success' })
    const missing = await api.delete(path, { preconditions: { uid: current.metadata.uid } })
    missing.is(404)
  },

  'a delete by resourceVersion takes that version only': async (api) => {
    const { old, current } = await changedOnce(api)
    const path = api.in('configmaps', 'a')
    const stale = await api.delete(path, {
      preconditions: { resourceVersion: old.metadata.resourceVersion },
    })
    stale.is(409, { reason: 'Conflict' })
    const staleOfOwn = await api.delete(path, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: current.metadata.uid, resourceVersion: old.metadata.resourceVersion },
    })
    staleOfOwn.is(409)
    const good = await api.delete(path, {
      preconditions: { resourceVersion: current.metadata.resourceVersion },
    })
    good.is(200)
  },

  'preconditions hold for objects with finalizers too': async (api) => {
    const made = await api.post(api.in('configmaps'), configMap({ finalizers: ['example.com/hold'] }))
    const path = api.in('configmaps', 'a')
    const other = await api.delete(path, { preconditions: { uid: otherUid } })
    other.is(409)
    const marked = await api.delete(path, { preconditions: { uid: made.body.metadata.uid } })
    marked.is(200, { metadata: { deletionTimestamp: /./ } })
    const again = await api.delete(path, { preconditions: { uid: otherUid } })
    again.is(409)
    const released = await api.patch(path, 'merge', { metadata: { finalizers: null } })
    released.is(200)
  },

  'a PUT to a name that is not there is NotFound for most kinds, and creates a Lease': async (api) => {
    const configMapPut = await api.put(api.in('configmaps', 'a'), configMap())
    configMapPut.is(404)
    const made = await api.put(api.in(leases, 'l'), lease())
    made.is(201, { metadata: { uid: /./ } })
    const again = await api.put(api.in(leases, 'l'), lease({}, { holderIdentity: 'two' }))
    again.is(422, { details: { causes: [{ field: 'metadata.resourceVersion' }] } })
    const account = await api.put(api.in('serviceaccounts', 's'), {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 's' },
    })
    account.is(404)
    const event = await api.put(api.in('events', 'e'), {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e' },
      involvedObject: { kind: 'ConfigMap', name: 'a', namespace: api.namespace },
    })
    event.is(201)
    const role = await api.put(api.in('rbac.authorization.k8s.io/v1/roles', 'r'), {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'r' },
      rules: [],
    })
    role.is(201)
    const patched = await api.patch(api.in(leases, 'missing'), 'merge', { spec: {} })
    patched.is(404)
  },

  'a PUT that would create comes without a uid; its resourceVersion is passed over': async (api) => {
    const uid = await api.put(api.in(leases, 'l'), lease({ uid: otherUid }))
    uid.is(409, { reason: 'Conflict' })
    const version = await api.put(api.in(leases, 'l'), lease({ resourceVersion: '5' }))
    version.is(201)
    const wrong = await api.put(api.in(leases, 'm'), lease({ name: 'm', resourceVersion: 'x' }))
    wrong.is(500)
  },

  'a Lease is taken over by whoever knows its version': async (api) => {
    const made = await api.post(api.in(leases), lease())
    const renewed = await api.put(api.in(leases, 'l'), {
      ...made.body,
      spec: { ...made.body.spec, renewTime: '2020-01-02T03:04:05.000006Z' },
    })
    renewed.is(200, { spec: { renewTime: '2020-01-02T03:04:05.000006Z' } })
    const late = await api.put(api.in(leases, 'l'), {
      ...made.body,
      spec: { ...made.body.spec, holderIdentity: 'two', leaseTransitions: 1 },
    })
    late.is(409, { reason: 'Conflict', details: { group: 'coordination.k8s.io', kind: 'leases' } })
    const inTime = await api.put(api.in(leases, 'l'), {
      ...renewed.body,
      spec: { ...renewed.body.spec, holderIdentity: 'two', leaseTransitions: 1 },
    })
    inTime.is(200, { spec: { holderIdentity: 'two', leaseTransitions: 1 } })
    const same = await api.put(api.in(leases, 'l'), inTime.body)
    same.is(200, { metadata: { resourceVersion: inTime.body.metadata.resourceVersion } })
  },

  'writers of status and of spec conflict with each other by version only': async (api) => {
    const { path, widget } = await withWidgets(api)
    const made = await api.post(path, widget('w', { spec: { size: 1 } }))
    const { resourceVersion } = made.body.metadata
    const status = await api.put(`${path}/w/status`, { ...made.body, status: { phase: 'Ready' } })
    status.is(200, { status: { phase: 'Ready' } })
    const spec = await api.put(`${path}/w`, { ...made.body, spec: { size: 2 } })
    spec.is(409, { reason: 'Conflict' })
    const patched = await api.patch(`${path}/w`, 'merge', { spec: { size: 2 } })
    patched.is(200, { spec: { size: 2 }, status: { phase: 'Ready' } })
    const staleStatus = await api.patch(`${path}/w/status`, 'merge', {
      metadata: { resourceVersion },
      status: { phase: 'Lost' },
    })
    staleStatus.is(409)
    const noVersion = await api.put(`${path}/w/status`, widget('w', { status: { phase: 'Lost' } }))
    noVersion.is(422)
    const same = await api.patch(`${path}/w/status`, 'merge', { status: { phase: 'Ready' } })
    same.is(200, { metadata: { resourceVersion: patched.body.metadata.resourceVersion } })
  },
}
