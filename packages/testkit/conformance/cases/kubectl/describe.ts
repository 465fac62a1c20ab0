import { byKubectl } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, define, deployment, groupOf, pod, undefine, service, ownObject } from './given.ts'

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'claim' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'slow',
    resources: { requests: { storage: '1Gi' } },
  },
}

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's' },
  stringData: { user: 'me', password: 'long' },
}

const event = (namespace: string) => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'happened', namespace },
  involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace },
  type: 'Warning',
  reason: 'Broken',
  message: 'it broke',
  source: { component: 'tester' },
  count: 3,
  firstTimestamp: '2024-01-01T00:00:00Z',
  lastTimestamp: '2024-01-01T00:01:00Z',
})

const gear = { singular: 'gear', kind: 'Gear' }

/** What every kind has: Kubernetes' documentation of it is not part of the in-memory server. */
const envelope = /^ {2,3}(?:apiVersion|kind|metadata)\t<\w+>\n(?: {4,}\S.*\n)*/gm

export const describe: Cases = {
  'objects are described': byKubectl(async (api) => {
    await api.kubectl('create -f -', {
      stdin: [
        configMap('a', { k: 'v', file: 'two\nlines\n' }),
        secret,
        deployment('web'),
        pod('p', { app: 'web' }),
        service('web'),
        claim,
      ],
    })
    await api.kubectl('create -f -', { stdin: [event(api.namespace)] })
    await api.kubectl('describe cm a')
    await api.kubectl('describe secret s')
    await api.kubectl('describe deploy web')
    await api.kubectl('describe pod p')
    await api.kubectl('describe svc web')
    await api.kubectl('describe pvc claim')
    await api.kubectl(`describe ns ${api.namespace}`)
    await api.kubectl('describe sa default')
    await api.kubectl('describe event happened')
    await api.kubectl('describe cm nobody', { exitCode: 1 })
    await api.kubectl('describe pods -l app=web')
    await api.kubectl('get events')
    await api.kubectl('get events -o wide')
    await api.kubectl('events')
    await api.kubectl('events --types=Warning --for=configmap/a')
    await api.kubectl('events --for=configmap/b')
    await api.kubectl('create role r --verb=get,list --resource=pods,deployments.apps --resource-name=x')
    await api.kubectl('create rolebinding rb --role=r --user=jane --group=g --serviceaccount=a:b')
    await api.kubectl('create quota q --hard=pods=2,services=1')
    await api.kubectl('create cronjob cj --image=registry.example.com/a:1 --schedule="*/1 * * * *"')
    await api.kubectl('create ingress ing --rule=a.example.com/x=web:80 --class=c')
    await api.kubectl('create poddisruptionbudget pdb --selector=app=web --min-available=1')
    await api.kubectl('describe role r')
    await api.kubectl('describe rolebinding rb')
    await api.kubectl('describe quota q')
    await api.kubectl('describe cronjob cj')
    await api.kubectl('describe ingress ing')
    await api.kubectl('describe pdb pdb')
    await api.kubectl('get role,rolebinding,quota,cronjob,ingress,pdb,pvc -o wide')
  }),

  'definitions and custom objects are described and explained': byKubectl(async (api) => {
    await define(api, gear)
    const group = groupOf(api)
    await api.kubectl('create -f -', {
      stdin: [ownObject(api, gear, 'a', { size: 3, parts: [{ name: 'p', weight: 3 }], tags: { a: 'b' } })],
    })
    await api.kubectl('describe gear a')
    await api.kubectl(`describe crd gears.${group}`)
    await api.kubectl(`get crd gears.${group}`)
    const mask = { mask: envelope }
    await api.kubectl('explain gear', mask)
    await api.kubectl('explain gear.spec')
    await api.kubectl('explain gear.spec.size')
    await api.kubectl('explain gear.spec.color')
    await api.kubectl('explain gear.spec.parts')
    await api.kubectl('explain gear.spec.tags')
    await api.kubectl('explain gear.status.conditions')
    await api.kubectl('explain gear --recursive')
    await api.kubectl(`explain gear --api-version=${group}/v1`, mask)
    await api.kubectl('explain gear --output=plaintext-openapiv2', mask)
    await api.kubectl('explain gear.spec --recursive --output=plaintext-openapiv2')
    await api.kubectl('explain gear.spec.nothing', { exitCode: 1 })
    await api.kubectl(`explain gear --api-version=${group}/v2`, { exitCode: 1 })
    await api.kubectl('explain nothings', { exitCode: 1 })
    await api.kubectl(`api-resources --api-group=${group} -o wide`)
    await undefine(api, gear)
  }),
}
