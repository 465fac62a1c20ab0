import { join } from 'node:path'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { startCluster } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { send } from './send.ts'

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: things.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: things, kind: Thing }
  versions:
    - { name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }
`

it('starts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'readme-'))
  await writeFile(join(folder, 'things.yaml'), definition)
  const runMyController = (kubeconfig: string) => send(kubeconfig, 'GET', '/apis/example.com/v1/things')

  const cluster = await startCluster({ crds: [folder] }) // objects, files or folders
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'app' } })
  const answer = await runMyController(cluster.kubeconfig({ user: 'system:serviceaccount:app:controller' }))
  expect(answer.status).toBe(403) // RBAC decides, as on a real cluster
  await cluster.stop()

  await rm(folder, { recursive: true })
})
