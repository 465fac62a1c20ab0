import type { Cases } from '../../conformance-case.ts'
import { groups, isBuiltIn, resources } from './kinds.ts'

interface Versions {
  readonly serverAddressByClientCIDRs: readonly { readonly clientCIDR: string }[]
}

const rarelyUsed = ['autoscaling', 'resource.k8s.io', 'flowcontrol.apiserver.k8s.io']

export const legacy: Cases = {
  'the versions of the core group are listed': async (api) => {
    const show = (body: Versions) => ({
      ...body,
      serverAddressByClientCIDRs: body.serverAddressByClientCIDRs.map(({ clientCIDR }) => clientCIDR),
    })
    ;(await api.get('/api', { show })).is(200, { kind: 'APIVersions', versions: ['v1'] })
    ;(await api.get('/api/', { show })).is(200)
  },

  'the groups are listed by priority': async (api) => {
    const show = groups((name) => isBuiltIn(name) && !rarelyUsed.includes(name))
    ;(await api.get('/apis', { show })).is(200, { kind: 'APIGroupList' })
  },

  'a group is told with its versions': async (api) => {
    for (const group of ['apps', 'rbac.authorization.k8s.io', 'coordination.k8s.io', 'apiextensions.k8s.io'])
      (await api.get(`/apis/${group}`)).is(200, { kind: 'APIGroup', name: group })
    ;(await api.get('/apis/apps/')).is(200)
  },

  'unknown groups and versions are not found': async (api) => {
    ;(await api.get('/apis/none.example.com')).is(404)
    ;(await api.get('/apis/none.example.com/v1')).is(404)
    ;(await api.get('/apis/apps/v2')).is(404)
    ;(await api.get('/api/v2')).is(404)
    ;(await api.get('/apis/none.example.com/v1/things')).is(404)
    ;(await api.get('/api/v1/things')).is(404)
    ;(await api.get('/none')).is(404)
  },

  'the kinds of the core group are listed with their verbs and short names': async (api) => {
    const show = resources(
      'configmaps',
      'endpoints',
      'events',
      'limitranges',
      'namespaces',
      'namespaces/finalize',
      'namespaces/status',
      'nodes',
      'nodes/status',
      'persistentvolumeclaims',
      'persistentvolumeclaims/status',
      'persistentvolumes',
      'persistentvolumes/status',
      'pods',
      'pods/status',
      'podtemplates',
      'replicationcontrollers',
      'replicationcontrollers/scale',
      'replicationcontrollers/status',
      'resourcequotas',
      'resourcequotas/status',
      'secrets',
      'serviceaccounts',
      'serviceaccounts/token',
      'services',
      'services/status',
    )
    ;(await api.get('/api/v1', { show })).is(200, { kind: 'APIResourceList', groupVersion: 'v1' })
  },

  'the kinds of apps are listed with scale and status': async (api) => {
    ;(await api.get('/apis/apps/v1')).is(200, { groupVersion: 'apps/v1' })
  },

  'the kinds of other groups are listed': async (api) => {
    for (const path of [
      'rbac.authorization.k8s.io/v1',
      'coordination.k8s.io/v1',
      'certificates.k8s.io/v1',
      'apiextensions.k8s.io/v1',
      'events.k8s.io/v1',
      'discovery.k8s.io/v1',
      'scheduling.k8s.io/v1',
      'node.k8s.io/v1',
      'batch/v1',
      'autoscaling/v2',
    ])
      (await api.get(`/apis/${path}`)).is(200, { groupVersion: path })
  },

  'reviews are created only': async (api) => {
    const authorization = await api.get('/apis/authorization.k8s.io/v1')
    authorization.is(200)
    ;(await api.get('/apis/authentication.k8s.io/v1')).is(200)
  },

  'storage, policy and networking are listed': async (api) => {
    const storage = resources(
      'csidrivers',
      'csinodes',
      'csistoragecapacities',
      'storageclasses',
      'volumeattachments',
    )
    ;(await api.get('/apis/storage.k8s.io/v1', { show: storage })).is(200)
    const policy = resources('poddisruptionbudgets', 'poddisruptionbudgets/status')
    ;(await api.get('/apis/policy/v1', { show: policy })).is(200)
    const networking = resources('ingressclasses', 'ingresses', 'ingresses/status', 'networkpolicies')
    ;(await api.get('/apis/networking.k8s.io/v1', { show: networking })).is(200)
    const webhooks = resources('mutatingwebhookconfigurations', 'validatingwebhookconfigurations')
    ;(await api.get('/apis/admissionregistration.k8s.io/v1', { show: webhooks })).is(200)
    const services = resources('apiservices', 'apiservices/status')
    ;(await api.get('/apis/apiregistration.k8s.io/v1', { show: services })).is(200)
  },

  'what a group is, is told whatever the method; other documents are read only': async (api) => {
    ;(await api.delete('/api')).is(405)
    ;(await api.put('/apis/apps', {})).is(200)
    ;(await api.post('/apis/apps/v1', {})).is(405)
    ;(await api.delete('/apis/apps/v1')).is(405)
  },
}
