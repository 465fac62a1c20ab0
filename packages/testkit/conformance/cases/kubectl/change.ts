import { byKubectl } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'
import { configMap, define, deployment, node, undefine, ownObject } from './given.ts'

const sprocket = { singular: 'sprocket', kind: 'Sprocket' }

export const change: Cases = {
  'objects are patched, labelled, annotated, replaced and edited': byKubectl(async (api) => {
    await api.kubectl('create -f -', {
      stdin: [configMap('a', { k: '1' }), configMap('b', { k: '1' }), deployment('web')],
    })
    await api.kubectl(`patch cm a -p '{"data":{"l":"2"}}'`)
    await api.kubectl(`patch cm a -p '{"data":{"l":"2"}}'`)
    await api.kubectl(`patch cm a --type=merge -p '{"data":{"l":null}}' -o yaml`)
    await api.kubectl(`patch cm a --type=json -p '[{"op":"add","path":"/data/m","value":"3"}]'`)
    await api.kubectl(`patch cm a --type=json -p '[{"op":"test","path":"/data/m","value":"4"}]'`, {
      exitCode: 1,
    })
    await api.kubectl(`patch cm a --type=json -p '{'`, { exitCode: 1 })
    await api.kubectl(`patch cm nobody -p '{"data":{}}'`, { exitCode: 1 })
    await api.kubectl(
      `patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s:1"}]}}}}'`,
    )
    await api.kubectl(`patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":4}}'`)
    await api.kubectl(`patch deploy web --subresource=status --type=merge -p '{"status":{"replicas":1}}'`)
    await api.kubectl('label cm a x=y')
    await api.kubectl('label cm a x=y')
    await api.kubectl('label cm a x=z', { exitCode: 1 })
    await api.kubectl('label cm a x=z --overwrite')
    await api.kubectl('label cm a b x=q --overwrite --dry-run=server')
    await api.kubectl('label cm a x-')
    await api.kubectl('label cm a nothing-')
    await api.kubectl("label cm a 'bad key=1'", { exitCode: 1 })
    await api.kubectl("label cm a 'x=bad value'", { exitCode: 1 })
    await api.kubectl('label cm a --list')
    await api.kubectl('annotate cm a note=hello')
    await api.kubectl('annotate cm a note=other', { exitCode: 1 })
    await api.kubectl('annotate cm a note-')
    await api.kubectl('annotate cm a note=x --resource-version=1', { exitCode: 1 })
    await api.kubectl('replace -f -', { stdin: [configMap('a', { only: 'this' })] })
    await api.kubectl('get cm a -o yaml')
    await api.kubectl('replace -f -', { stdin: [configMap('nobody', {})], exitCode: 1 })
    await api.kubectl('replace --force -f -', { stdin: [configMap('b', { forced: 'yes' })] })
    await api.kubectl('edit cm a', { env: { EDITOR: 'sed -i s/this/that/' } })
    await api.kubectl("get cm a -o jsonpath='{.data}'")
    await api.kubectl('edit cm a', { env: { EDITOR: 'true' } })
    await api.kubectl('edit cm a -o json', { env: { EDITOR: 'sed -i s/that/those/' } })
    await api.kubectl('edit deploy web', {
      env: { EDITOR: "sed -i 's/replicas: 4/replicas: -1/'" },
      exitCode: 1,
      mask: /kubectl-edit-\d+\.yaml/g,
    })
  }),

  'workloads are scaled, set, rolled out and scaled by themselves': byKubectl(async (api) => {
    await api.kubectl('create -f -', { stdin: [deployment('web'), deployment('other')] })
    await api.kubectl('scale deploy web --replicas=3')
    await api.kubectl('scale deploy web --current-replicas=9 --replicas=3', { exitCode: 1 })
    await api.kubectl('scale deploy web --replicas=-1', { exitCode: 1 })
    await api.kubectl('scale deploy nobody --replicas=1', { exitCode: 1 })
    await api.kubectl('scale --replicas=1 deploy/web deploy/other')
    await api.kubectl('set image deploy/web main=registry.example.com/web:9')
    await api.kubectl('set image deploy/web nobody=registry.example.com/web:9', { exitCode: 1 })
    await api.kubectl('set env deploy/web A=1 B=2')
    await api.kubectl('set env deploy/web --list')
    await api.kubectl('set env deploy/web A-')
    await api.kubectl('set resources deploy/web --limits=cpu=1,memory=1Gi --requests=cpu=500m')
    await api.kubectl('set serviceaccount deploy/web robot')
    await api.kubectl('set selector svc/nobody a=b', { exitCode: 1 })
    await api.kubectl('rollout status deploy/web --watch=false')
    await api.kubectl('rollout history deploy/web')
    await api.kubectl('rollout pause deploy/web')
    await api.kubectl('rollout pause deploy/web', { exitCode: 1 })
    await api.kubectl('rollout resume deploy/web')
    await api.kubectl('rollout restart deploy/web')
    await api.kubectl('rollout undo deploy/web', { exitCode: 1 })
    await api.kubectl('get deploy web -o yaml')
    await api.kubectl('autoscale deploy web --min=1 --max=5 --cpu=80%')
    await api.kubectl('get hpa web')
    await api.kubectl('get hpa web -o yaml')
    await api.kubectl('describe hpa web')
    await api.kubectl('get hpa.v1.autoscaling web -o yaml')
  }),

  'a node is tainted, cordoned and described': byKubectl(async (api) => {
    const name = api.unique('n')
    await api.kubectl('create -f -', { stdin: [node(name)] })
    await api.kubectl(`get node ${name}`)
    await api.kubectl(`get node ${name} -o wide`)
    await api.kubectl(`taint node ${name} a=b:NoSchedule`)
    await api.kubectl(`taint node ${name} a=b:NoSchedule`, { exitCode: 1 })
    await api.kubectl(`taint node ${name} a=c:NoSchedule --overwrite`)
    await api.kubectl(`cordon ${name}`)
    await api.kubectl(`cordon ${name}`)
    await api.kubectl(`get node ${name}`)
    await api.kubectl(`describe node ${name}`)
    await api.kubectl(`uncordon ${name}`)
    await api.kubectl(`taint node ${name} a-`)
    await api.kubectl(`drain ${name} --ignore-daemonsets`)
    await api.kubectl(`get node ${name} -o yaml`)
    await api.kubectl(`delete node ${name}`)
  }),

  'custom objects are changed and waited for': byKubectl(async (api) => {
    await define(api, sprocket)
    await api.kubectl('create -f -', {
      stdin: [ownObject(api, sprocket, 'a'), ownObject(api, sprocket, 'b', { size: 5, color: 'green' })],
    })
    await api.kubectl('get sprockets')
    await api.kubectl('get spr -o wide')
    await api.kubectl('get all-sprockets')
    await api.kubectl('scale sprocket a --replicas=4')
    await api.kubectl(
      `patch sprocket a --subresource=status --type=merge -p '{"status":{"phase":"Up","conditions":[{"type":"Ready","status":"True"}]}}'`,
    )
    await api.kubectl('get sprockets')
    await api.kubectl('wait sprocket/a --for=condition=Ready --timeout=10s')
    await api.kubectl("wait sprocket/a --for=jsonpath='{.status.phase}'=Up --timeout=10s")
    await api.kubectl("wait sprocket/a --for=jsonpath='{.status.phase}'=Down --timeout=1s", { exitCode: 1 })
    await api.kubectl('wait sprocket/b --for=condition=Ready --timeout=1s', { exitCode: 1 })
    await api.kubectl('wait sprocket/nobody --for=condition=Ready --timeout=1s', { exitCode: 1 })
    await api.kubectl('wait sprocket/nobody --for=delete --timeout=5s')
    await api.kubectl('wait sprocket/a --for=create --timeout=5s')
    await api.kubectl(`patch sprocket a -p '{"spec":{"size":4}}'`, { exitCode: 1 })
    await api.kubectl(`patch sprocket a --type=merge -p '{"spec":{"size":4}}'`)
    await api.kubectl('label sprocket a x=y')
    await api.kubectl('edit sprocket a', { env: { EDITOR: "sed -i 's/size: 4/size: 6/'" } })
    await api.kubectl(
      'get sprocket a b -o custom-columns=NAME:.metadata.name,SIZE:.spec.size,GEN:.metadata.generation',
    )
    await api.kubectl('get sprockets --sort-by=.spec.size -o name')
    await api.kubectl('describe sprocket a')
    await api.kubectl('get sprocket a --subresource=scale -o yaml')
    await api.kubectl('get sprocket a --subresource=status')
    await api.kubectl('delete sprockets --all')
    await api.kubectl('get sprockets')
    await undefine(api, sprocket)
  }),
}
