import { byKubectl } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, deployment, pod, service } from './given.ts'

export const objects: Cases = {
  'objects are created from files and by generators': byKubectl(async (api) => {
    api.file('all.yaml', [configMap('from-file', { a: '1' }), service('web'), deployment('web')])
    await api.kubectl('create -f all.yaml')
    await api.kubectl('create -f all.yaml', { exitCode: 1 })
    await api.kubectl('create configmap cm --from-literal=a=1 --from-literal=b=2')
    await api.kubectl('create configmap cm --from-literal=a=1', { exitCode: 1 })
    await api.kubectl('create secret generic s --from-literal=password=p -o yaml')
    await api.kubectl(
      'create secret docker-registry d --docker-server=r --docker-username=u --docker-password=p',
    )
    await api.kubectl('create deployment d1 --image=registry.example.com/a:1 --replicas=3')
    await api.kubectl('create role r --verb=get,list --resource=pods,deployments.apps,pods/log')
    await api.kubectl('create role bad --verb=fly --resource=nothings', { exitCode: 1 })
    await api.kubectl('create rolebinding rb --role=r --user=jane --serviceaccount=default:default --group=g')
    await api.kubectl('create serviceaccount sa1')
    await api.kubectl('create quota q --hard=pods=2,services=1')
    await api.kubectl('create service clusterip cs --clusterip=None')
    await api.kubectl('create job j --image=registry.example.com/a:1 -- sleep 1')
    await api.kubectl('create cronjob cj --image=registry.example.com/a:1 --schedule="*/1 * * * *"')
    await api.kubectl('create poddisruptionbudget pdb --selector=app=web --min-available=1')
    await api.kubectl('create ingress ing --rule=a.example.com/x=web:80')
    await api.kubectl('create configmap dry --from-literal=a=1 --dry-run=server -o name')
    await api.kubectl('create configmap dry --from-literal=a=1 --dry-run=client -o yaml')
    await api.kubectl('get configmap dry', { exitCode: 1 })
    await api.kubectl(
      'get cm,secret,deploy,role,rolebinding,quota,svc,cj,pdb,ing -o name --field-selector=metadata.name!=kube-root-ca.crt',
    )
    await api.kubectl('create token sa1 --duration=10m')
    await api.kubectl('create token nobody', { exitCode: 1 })
    await api.kubectl('run p1 --image=registry.example.com/a:1 --labels=a=b --dry-run=server -o yaml')
    await api.kubectl('run p1 --image=registry.example.com/a:1 --port=80')
    await api.kubectl('expose deployment web --port=80 --name=web2 --cluster-ip=None')
  }),

  'cluster-scoped objects are created by generators': byKubectl(async (api) => {
    const name = api.unique('made')
    await api.kubectl(`create namespace ${name}`)
    await api.kubectl(`create namespace ${name}`, { exitCode: 1 })
    await api.kubectl(`create clusterrole ${name} --verb=get --resource=nodes`)
    await api.kubectl(`create clusterrole ${name}-urls --verb=get --non-resource-url=/healthz`)
    await api.kubectl(`create clusterrolebinding ${name} --clusterrole=${name} --user=jane`)
    await api.kubectl(`create priorityclass ${name} --value=10 --description=high`)
    await api.kubectl(`get clusterrole ${name} ${name}-urls`)
    await api.kubectl(`get clusterrolebinding ${name} -o wide`)
    await api.kubectl(`get priorityclass ${name}`)
    await api.kubectl(`describe clusterrole ${name}-urls`)
    await api.kubectl(`describe clusterrolebinding ${name}`)
    await api.kubectl(`describe priorityclass ${name}`)
    await api.kubectl(`delete clusterrole ${name} ${name}-urls`)
    await api.kubectl(`delete clusterrolebinding,priorityclass ${name}`)
    await api.kubectl(`delete namespace ${name} --wait=false`)
  }),

  'objects are printed in every form': byKubectl(async (api) => {
    const labels = (tier: string) => ({ app: 'x', tier })
    await api.kubectl('create -f -', {
      stdin: [
        configMap('a', { k: 'v', 'b.txt': 'two\nlines\n' }, labels('front')),
        configMap('b', { k: 'w' }, labels('back')),
        configMap('c', {}, { app: 'y' }),
        pod('p', { app: 'x' }),
        service('web'),
        deployment('web'),
      ],
    })
    await api.kubectl('get cm a b c')
    await api.kubectl('get cm a b c -o wide --show-labels')
    await api.kubectl('get cm -l app=x -L tier')
    await api.kubectl("get cm -l 'app in (x),tier notin (back)'")
    await api.kubectl('get cm -l app=nobody')
    await api.kubectl('get cm --field-selector=metadata.name=b -o name')
    await api.kubectl('get cm -l app --sort-by=.data.k')
    await api.kubectl('get cm -l app --sort-by=.metadata.name --no-headers')
    await api.kubectl('get cm -l app --chunk-size=1')
    await api.kubectl('get cm a -o yaml')
    await api.kubectl('get cm a -o json')
    await api.kubectl('get cm a b -o yaml')
    await api.kubectl('get cm -l app=x -o json')
    await api.kubectl(
      'get cm -l app -o custom-columns=NAME:.metadata.name,K:.data.k,APP:.metadata.labels.app',
    )
    await api.kubectl('get cm -l app -o jsonpath=\'{range .items[*]}{.metadata.name}={.data.k}{"\\n"}{end}\'')
    await api.kubectl("get cm -l app -o go-template='{{range .items}}{{.metadata.name}} {{end}}'")
    await api.kubectl('get cm/a svc/web deploy/web pod/p')
    await api.kubectl('get deploy,svc,pod -o wide')
    await api.kubectl('get all')
    await api.kubectl('get pod p -o yaml')
    await api.kubectl('get deploy web -o yaml')
    await api.kubectl('get cm a nobody', { exitCode: 1 })
    await api.kubectl('get cm nobody --ignore-not-found')
    await api.kubectl('get --raw /api/v1/namespaces/default/configmaps/nobody', { exitCode: 1 })
    await api.kubectl('get cm a --subresource=status', { exitCode: 1 })
    await api.kubectl('get deploy web --subresource=scale')
    await api.kubectl('get deploy web --subresource=status -o name')
    await api.kubectl('get cm a --output-watch-events -w --request-timeout=1s', { exitCode: 0 })
    await api.kubectl('get pods -A -l app=x --field-selector=metadata.namespace=' + api.namespace)
    await api.kubectl('get cm a --show-kind -o custom-columns-file=none', { exitCode: 1 })
    await api.kubectl('get cm a -o nonsense', { exitCode: 1 })
    await api.kubectl('get cm --server-print=false -l app')
    await api.kubectl('get rs,sts,ds,job,hpa,netpol,pdb,lease,endpointslice,ingress,pvc')
  }),
}
