import { byKubectl } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, deployment, pod } from './given.ts'

const owned = (name: string, owner: string, uid: string, block = false) => ({
  ...configMap(name, {}),
  metadata: {
    name,
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: owner, uid, blockOwnerDeletion: block }],
  },
})

export const deletion: Cases = {
  'objects are deleted by name, label, file and all of them': byKubectl(async (api) => {
    const label = { set: 'x' }
    api.file('two.yaml', [configMap('f1', {}), configMap('f2', {})])
    await api.kubectl('create -f -', {
      stdin: [...'abcdefg'].map((name) => configMap(name, {}, 'abc'.includes(name) ? label : {})),
    })
    await api.kubectl('create -f two.yaml')
    await api.kubectl('delete cm g --dry-run=server')
    await api.kubectl('delete cm g --dry-run=client')
    await api.kubectl('delete cm -l set=x')
    await api.kubectl('delete cm d')
    await api.kubectl('delete cm d', { exitCode: 1 })
    await api.kubectl('delete cm d --ignore-not-found')
    await api.kubectl('delete cm/e cm/nobody', { exitCode: 1 })
    await api.kubectl('delete -f two.yaml --wait=false')
    await api.kubectl('delete -f two.yaml --ignore-not-found')
    await api.kubectl('delete cm f -o name')
    await api.kubectl('delete cm g --now')
    await api.kubectl('delete cm --field-selector=metadata.name=nobody')
    await api.kubectl('delete cm', { exitCode: 1 })
    await api.kubectl('delete nothings --all', { exitCode: 1 })
    await api.kubectl('create -f -', { stdin: [pod('p')] })
    await api.kubectl('delete pod p --grace-period=0 --force')
    await api.kubectl('create secret generic s1')
    await api.kubectl('create secret generic s2')
    await api.kubectl('delete secrets --all')
    await api.kubectl('delete secrets --all')
    await api.kubectl(`delete ns ${api.namespace} --dry-run=server`)
    await api.kubectl('delete ns kube-system', { exitCode: 1 })
  }),

  'what belongs to an object goes with it, or is left': byKubectl(async (api) => {
    for (const cascade of ['background', 'foreground', 'orphan']) {
      await api.kubectl(`create cm owner-${cascade}`)
      const { body } = await api.get(api.in('configmaps', `owner-${cascade}`))
      const uid = String(body.metadata.uid)
      await api.kubectl('create -f -', {
        stdin: [owned(`part-${cascade}`, `owner-${cascade}`, uid, cascade === 'foreground')],
      })
      await api.kubectl(`delete cm owner-${cascade} --cascade=${cascade} --timeout=60s`)
      await api.kubectl(`get cm owner-${cascade}`, { exitCode: 1 })
      if (cascade === 'background') await api.kubectl(`wait cm/part-${cascade} --for=delete --timeout=60s`)
    }
    await api.kubectl('get cm part-foreground', { exitCode: 1 })
    await api.kubectl("get cm part-orphan -o jsonpath='{.metadata.ownerReferences}'")
    await api.kubectl('delete cm part-orphan --cascade=sideways', { exitCode: 1 })
  }),

  'a deletion waits for finalizers': byKubectl(async (api) => {
    const held = { ...configMap('held', {}), metadata: { name: 'held', finalizers: ['example.com/hold'] } }
    await api.kubectl('create -f -', { stdin: [held] })
    await api.kubectl('delete cm held --timeout=1s', { exitCode: 1 })
    await api.kubectl('get cm held -o yaml', { mask: /(?<=deletionGracePeriodSeconds: )\d+/g })
    await api.kubectl('delete cm held --wait=false')
    await api.kubectl(`patch cm held --type=merge -p '{"metadata":{"finalizers":null}}'`)
    await api.kubectl('wait cm/held --for=delete --timeout=10s')
    await api.kubectl('get cm held', { exitCode: 1 })
  }),

  'a namespace goes with all that is in it': byKubectl(async (api) => {
    const name = api.unique('going')
    await api.kubectl(`create ns ${name}`)
    await api.kubectl(`create cm a -n ${name}`)
    await api.kubectl(`create -n ${name} -f -`, { stdin: [deployment('web')] })
    await api.kubectl(`delete ns ${name} --timeout=100s`)
    await api.kubectl(`get ns ${name}`, { exitCode: 1 })
    await api.kubectl(`get cm a -n ${name}`, { exitCode: 1 })
    await api.kubectl(`create cm a -n ${name}`, { exitCode: 1 })
  }),
}
