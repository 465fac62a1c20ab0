import { byKubectl } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'
import { pod } from './given.ts'

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

const volume = (name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp' } },
})

const driver = (name: string) => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIDriver',
  metadata: { name },
  spec: {},
})

/** A pod whose containers ask for this. */
const asking = (name: string, resources: object) => ({
  ...pod(name),
  spec: {
    containers: [{ name: 'a', image: 'registry.example.com/a:1', resources }],
    automountServiceAccountToken: false,
  },
})

export const defaults: Cases = {
  'what is left out of jobs, claims and others is filled in': byKubectl(async (api) => {
    const name = api.unique('d')
    await api.kubectl('create job j --image=registry.example.com/a:1 -- sleep 1')
    await api.kubectl('get job j -o yaml')
    await api.kubectl('create job k --image=registry.example.com/a:1 --dry-run=server -o yaml')
    await api.kubectl('create cronjob cj --image=registry.example.com/a:1 --schedule="*/1 * * * *"')
    await api.kubectl('get cronjob cj -o yaml')
    await api.kubectl('create job of-cron --from=cronjob/cj')
    await api.kubectl('get jobs')
    await api.kubectl('create -f -', { stdin: [claim, volume(name), driver(name)] })
    await api.kubectl('get pvc claim -o yaml')
    await api.kubectl(`get pv ${name} -o yaml`)
    await api.kubectl(`describe pv ${name}`)
    await api.kubectl(`get csidriver ${name} -o yaml`)
    await api.kubectl('delete pvc claim --timeout=60s')
    await api.kubectl(`delete pv ${name} --timeout=60s`)
    await api.kubectl(`delete csidriver ${name}`)
    await api.kubectl('create -f -', {
      stdin: [
        asking('exact', { limits: { cpu: '1', memory: '1Gi' } }),
        asking('between', { requests: { cpu: '1' } }),
        asking('nothing', {}),
      ],
    })
    await api.kubectl('get pods -o custom-columns=NAME:.metadata.name,QOS:.status.qosClass')
    await api.kubectl('create serviceaccount robot')
    await api.kubectl(
      'run p --image=registry.example.com/a:1 --overrides=\'{"spec":{"serviceAccountName":"robot"}}\'',
    )
    await api.kubectl('get pod p -o yaml')
    await api.kubectl('describe pod p')
    await api.kubectl('delete pod p exact --now')
  }),
}
