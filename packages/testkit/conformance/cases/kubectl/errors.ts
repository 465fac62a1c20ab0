import { byKubectl } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, deployment, pod, service } from './given.ts'

const fails = { exitCode: 1 }

export const errors: Cases = {
  'what is wrong is told': byKubectl(async (api) => {
    await api.kubectl('get cm nobody', fails)
    await api.kubectl('get nothings', fails)
    await api.kubectl('get nothings.example.com', fails)
    await api.kubectl('get cm/a b', fails)
    await api.kubectl('get cm a -n nowhere', fails)
    await api.kubectl('create cm a -n nowhere', fails)
    await api.kubectl('create cm UPPER', fails)
    await api.kubectl('create -f -', { ...fails, stdin: [{ ...deployment('web'), spec: { replicas: 1 } }] })
    await api.kubectl('create -f -', { ...fails, stdin: [{ ...pod('p'), spec: { containers: [] } }] })
    await api.kubectl('create -f -', {
      ...fails,
      stdin: [{ ...service('s'), spec: { ports: [{ port: 0 }], clusterIP: 'None' } }],
    })
    await api.kubectl('create -f -', { ...fails, stdin: [{ ...configMap('a', {}), data: { a: 1 } }] })
    await api.kubectl('create -f - --validate=strict', {
      ...fails,
      stdin: [{ ...configMap('a', {}), extra: 1 }],
    })
    await api.kubectl('create -f -', {
      stdin: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice}\ndata: {a: b, a: c}\n',
    })
    await api.kubectl('create -f -', { ...fails, stdin: 'kind: ConfigMap\nmetadata: {name: a}\n' })
    await api.kubectl('create -f -', {
      ...fails,
      stdin: 'apiVersion: example.com/v1\nkind: X\nmetadata: {name: a}\n',
    })
    await api.kubectl('create -f -', { ...fails, stdin: [{ ...configMap('a', {}), metadata: {} }] })
    await api.kubectl('create cm a')
    await api.kubectl('replace -f -', {
      ...fails,
      stdin: [{ ...configMap('a', {}), metadata: { name: 'a', resourceVersion: '1' } }],
    })
    await api.kubectl('create -f -', { stdin: [deployment('web')] })
    await api.kubectl(`patch deploy web -p '{"spec":{"selector":{"matchLabels":{"app":"z"}}}}'`, fails)
    await api.kubectl(`patch deploy web -p '{"spec":{"replicas":"many"}}'`, fails)
    await api.kubectl(`patch deploy web -p '{"spec":{"replixas":1}}'`)
    await api.kubectl('get cm --field-selector=spec.nothing=1', fails)
    await api.kubectl("get cm -l 'a in'", fails)
    await api.kubectl('get pods --field-selector=status.phase=Running')
    await api.kubectl('logs web', fails)
    await api.kubectl('get cm a --token=wrong --kubeconfig=/dev/null', fails)
    await api.kubectl('get cm -w --watch-only --request-timeout=1s')
    await api.kubectl('scale cm a --replicas=1', fails)
    await api.kubectl('rollout status cm/a', fails)
  }),
}
