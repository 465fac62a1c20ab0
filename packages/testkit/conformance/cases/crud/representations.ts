import type { Cases } from '../../conformance-case.ts'
import { configMap, deployment, secret } from './objects.ts'

const as = (form: string) => ({ headers: { accept: `application/json;as=${form};v=v1;g=meta.k8s.io` } })

/** Ages are of the moment. */
const ageless = (table: {
  columnDefinitions?: readonly { name: string }[]
  rows?: readonly { cells: readonly unknown[] }[]
}) => {
  const at = table.columnDefinitions?.findIndex(({ name }) => name === 'Age') ?? -1
  if (table.rows === undefined || at < 0) return table
  return {
    ...table,
    rows: table.rows.map((row) => ({ ...row, cells: row.cells.filter((_, index) => index !== at) })),
  }
}

const table = (form = 'Table') => ({ ...as(form), show: ageless })

export const representations: Cases = {
  'an object is answered as a row of a table': async (api) => {
    await api.post(api.in('configmaps'), configMap('a', { data: { a: '1', b: '2' }, binaryData: { c: '' } }))
    const one = await api.get(api.in('configmaps', 'a'), table())
    one.is(200, { kind: 'Table', rows: [{ cells: ['a', 3, /s$/] }] })
    const list = await api.get(api.in('configmaps?fieldSelector=metadata.name=a'), table())
    list.is(200, { rows: [{ cells: ['a', 3, /s$/], object: { kind: 'PartialObjectMetadata' } }] })
    const whole = await api.get(api.in('configmaps', 'a?includeObject=Object'), table())
    whole.is(200, { rows: [{ object: { kind: 'ConfigMap' } }] })
    const none = await api.get(api.in('configmaps', 'a?includeObject=None'), table())
    none.is(200)
    const wrong = await api.get(api.in('configmaps', 'a?includeObject=Some'), table())
    wrong.is(400)
  },

  'a created object is answered as a table or as its metadata, when asked': async (api) => {
    const asTable = await api.post(api.in('secrets'), secret('a', { stringData: { a: '1' } }), table())
    asTable.is(201, { kind: 'Table', rows: [{ cells: ['a', 'Opaque', 1, /s$/] }] })
    const partial = await api.post(api.in('secrets'), secret('b'), as('PartialObjectMetadata'))
    partial.is(201, { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', type: undefined })
    const patched = await api.patch(
      api.in('secrets', 'b'),
      'merge',
      { metadata: { labels: { a: 'b' } } },
      as('PartialObjectMetadata'),
    )
    patched.is(200, { kind: 'PartialObjectMetadata', metadata: { labels: { a: 'b' } } })
  },

  'objects are answered as their metadata': async (api) => {
    await api.post(api.in('configmaps'), {
      ...configMap('a'),
      metadata: { name: 'a', labels: { of: 'case' } },
    })
    const one = await api.get(api.in('configmaps', 'a'), as('PartialObjectMetadata'))
    one.is(200, { kind: 'PartialObjectMetadata', data: undefined })
    const list = await api.get(api.in('configmaps?labelSelector=of=case'), as('PartialObjectMetadataList'))
    list.is(200, {
      kind: 'PartialObjectMetadataList',
      items: [{ metadata: { name: 'a' } }],
    })
    ;(await api.get(api.in('configmaps'), as('PartialObjectMetadata'))).is(406)
    ;(await api.get(api.in('configmaps', 'a'), as('PartialObjectMetadataList'))).is(406)
  },

  'a failure is answered as a Status, whatever form was asked for': async (api) => {
    ;(await api.get(api.in('configmaps', 'missing'), as('Table'))).is(404, { kind: 'Status' })
    ;(await api.get(api.in('configmaps', 'missing'), as('PartialObjectMetadata'))).is(404, { kind: 'Status' })
    ;(await api.post(api.in('configmaps'), {}, as('Table'))).is(422, { kind: 'Status' })
    await api.post(api.in('configmaps'), configMap('a'))
    ;(await api.delete(api.in('configmaps', 'a'), undefined, as('Table'))).is(200)
  },

  'kinds have columns of their own in tables': async (api) => {
    await api.post(api.in('apps/v1/deployments'), deployment('d', { paused: true }))
    const columns = { ...as('Table'), show: (body: Table) => body.columnDefinitions }
    for (const resource of [
      'pods',
      'services',
      'serviceaccounts',
      'events',
      'persistentvolumeclaims',
      'apps/v1/deployments',
      'apps/v1/replicasets',
      'apps/v1/statefulsets',
      'apps/v1/daemonsets',
      'batch/v1/jobs',
      'coordination.k8s.io/v1/leases',
      'rbac.authorization.k8s.io/v1/roles',
      'rbac.authorization.k8s.io/v1/rolebindings',
      'networking.k8s.io/v1/ingresses',
      'discovery.k8s.io/v1/endpointslices',
    ]) {
      const answer = await api.get(api.in(resource), columns)
      answer.is(200, { kind: 'Table' })
    }
    for (const path of [
      '/api/v1/namespaces',
      '/api/v1/nodes',
      '/api/v1/persistentvolumes',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      '/apis/certificates.k8s.io/v1/certificatesigningrequests',
      '/apis/rbac.authorization.k8s.io/v1/clusterroles',
      '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      '/apis/storage.k8s.io/v1/storageclasses',
    ]) {
      const answer = await api.get(`${path}?limit=1`, columns)
      answer.is(200, { kind: 'Table' })
    }
  },
}

interface Table {
  readonly columnDefinitions: readonly unknown[]
}
