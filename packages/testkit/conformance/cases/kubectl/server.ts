import { byKubectl } from '../../conformance-case.ts'
import type { Cases } from '../../conformance-case.ts'

export const server: Cases = {
  'what the server serves is listed': byKubectl(async (api) => {
    await api.kubectl('api-resources --api-group=apps')
    await api.kubectl('api-resources --api-group=apps -o wide')
    await api.kubectl('api-resources --api-group=batch -o name')
    await api.kubectl('api-resources --api-group=rbac.authorization.k8s.io --namespaced=false')
    await api.kubectl('api-resources --api-group=policy --verbs=list,watch')
    await api.kubectl('api-resources --categories=all')
    await api.kubectl('api-resources --api-group=apps --sort-by=kind -o wide')
    await api.kubectl('api-resources --api-group=none')
    await api.kubectl('api-resources --api-group=autoscaling')
    await api.kubectl('api-resources --api-group=authorization.k8s.io -o wide')
    await api.kubectl('api-resources --api-group=apps -o yaml')
    await api.kubectl('version', { mask: /Version: v\S+/g })
    await api.kubectl('get --raw /readyz')
    await api.kubectl('get --raw /version', {
      mask: /"(?:git\w+|build\w+|go\w+|compiler|platform|minor|major)": "[^"]*"/g,
    })
    await api.kubectl('cluster-info')
    await api.kubectl('get --raw /apis/apps')
    await api.kubectl('get --raw /nothing', { exitCode: 1 })
  }),

  'built-in kinds are explained': byKubectl(async (api) => {
    const mask = { lines: facts }
    await api.kubectl('explain pods', mask)
    await api.kubectl('explain pods.spec.containers', mask)
    await api.kubectl('explain pods.spec.containers.ports', mask)
    await api.kubectl('explain deploy.spec.strategy', mask)
    await api.kubectl('explain deploy.spec.replicas', mask)
    await api.kubectl('explain cm --recursive', mask)
    await api.kubectl('explain deploy.spec --recursive', mask)
    await api.kubectl('explain pods.spec.volumes --recursive', mask)
    await api.kubectl('explain secret.data', mask)
    await api.kubectl('explain svc.spec.ports.targetPort', mask)
    await api.kubectl('explain crd.spec.versions.schema', mask)
    await api.kubectl('explain role.rules', mask)
    await api.kubectl('explain events --api-version=events.k8s.io/v1', mask)
    await api.kubectl('explain lease.spec', mask)
    await api.kubectl('explain csr.spec', mask)
    await api.kubectl('explain pods.metadata', mask)
    await api.kubectl('explain job.spec.template.spec.affinity', mask)
    await api.kubectl('explain pvc.spec.resources', mask)
    await api.kubectl('explain node.status.capacity', mask)
    await api.kubectl('explain mutatingwebhookconfiguration.webhooks', mask)
    await api.kubectl('explain pods.nothing', { ...mask, exitCode: 1 })
    await api.kubectl('explain hpa --api-version=autoscaling/v9', { ...mask, exitCode: 1 })
  }),
}

/** The documentation of Kubernetes' fields is not part of the in-memory server: names, types and what is required are. */
const facts = /^(?:GROUP|KIND|VERSION|FIELDS?|RESOURCE):|\t<|^ +enum:/
