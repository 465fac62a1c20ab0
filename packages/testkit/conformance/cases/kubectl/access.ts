import { byKubectl } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'
import { base64, requestFor } from '../csr/requests.ts'
import { configMap } from './given.ts'

export const access: Cases = {
  'users ask what they may do, and are refused what they may not': byKubectl(async (api) => {
    const jane = '--as=jane'
    await api.kubectl('create role reader --verb=get,list --resource=configmaps')
    await api.kubectl('create rolebinding reader --role=reader --user=jane')
    await api.kubectl('create cm a --from-literal=k=v')
    await api.until(
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${api.namespace}/rolebindings/reader`,
      ({ status }) => status === 200,
    )
    await api.kubectl('auth can-i delete pods')
    await api.kubectl("auth can-i '*' '*'")
    await api.kubectl(`auth can-i get configmaps ${jane}`)
    await api.kubectl(`auth can-i delete configmaps ${jane}`, { exitCode: 1 })
    await api.kubectl(`auth can-i get configmap/a ${jane}`)
    await api.kubectl(`auth can-i get pods --subresource=log ${jane}`, { exitCode: 1 })
    await api.kubectl(`auth can-i get nothings ${jane}`, { exitCode: 1 })
    await api.kubectl(`auth can-i get /healthz ${jane}`)
    await api.kubectl(`auth can-i list nodes ${jane}`, { exitCode: 1 })
    await api.kubectl(`auth can-i delete configmaps -q ${jane}`, { exitCode: 1 })
    await api.kubectl(`auth can-i --list ${jane}`)
    await api.kubectl(`auth can-i get configmaps -A ${jane}`, { exitCode: 1 })
    await api.kubectl('auth whoami')
    await api.kubectl(`auth whoami ${jane} --as-group=devs -o yaml`)
    await api.kubectl(`get cm a ${jane}`)
    await api.kubectl(`get cm -A ${jane}`, { exitCode: 1 })
    await api.kubectl(`delete cm a ${jane}`, { exitCode: 1 })
    await api.kubectl(`create cm b ${jane}`, { exitCode: 1 })
    await api.kubectl(`get secret s ${jane}`, { exitCode: 1 })
    await api.kubectl(`get nodes ${jane}`, { exitCode: 1 })
    await api.kubectl(`apply -f - ${jane}`, { stdin: [configMap('a', { k: 'w' })], exitCode: 1 })
    await api.kubectl(`create role more --verb=delete --resource=secrets ${jane}`, { exitCode: 1 })
    await api.kubectl(`label cm a x=y ${jane}`, { exitCode: 1 })
  }),

  'roles are reconciled': byKubectl(async (api) => {
    const role = (verbs: readonly string[]) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'r', namespace: api.namespace },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs }],
    })
    await api.kubectl('auth reconcile -f -', { stdin: [role(['get'])] })
    await api.kubectl('auth reconcile -f -', { stdin: [role(['get'])] })
    await api.kubectl('auth reconcile -f -', { stdin: [role(['list'])] })
    await api.kubectl("get role r -o jsonpath='{.rules}'")
    await api.kubectl('auth reconcile --remove-extra-permissions -f -', { stdin: [role(['watch'])] })
    await api.kubectl("get role r -o jsonpath='{.rules}'")
  }),

  'certificates are approved and denied': byKubectl(async (api) => {
    const request = (name: string) => ({
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name },
      spec: {
        request: base64(requestFor('jane', ['devs']).request),
        signerName: 'example.com/nobody',
        usages: ['client auth'],
      },
    })
    const [yes, no] = [api.unique('yes'), api.unique('no')]
    await api.kubectl('create -f -', { stdin: [request(yes), request(no)] })
    await api.kubectl(`get csr ${yes}`)
    await api.kubectl(`certificate approve ${yes}`)
    await api.kubectl(`certificate approve ${yes}`)
    await api.kubectl(`certificate deny ${no}`)
    await api.kubectl(`certificate deny ${yes}`, { exitCode: 1 })
    await api.kubectl(`certificate approve nobody`, { exitCode: 1 })
    await api.kubectl(`get csr ${yes} ${no}`)
    await api.kubectl(`get csr ${yes} -o yaml`)
    await api.kubectl(`describe csr ${yes}`)
    await api.kubectl(`delete csr ${yes} ${no}`)
  }),
}
