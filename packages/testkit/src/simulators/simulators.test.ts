import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { kinds } from '@odfmo/api-types'
import type { Deployment, ManifestWork, Secret } from '@odfmo/api-types'
import { eventually } from '../eventually.ts'
import { kubelet } from './kubelet/kubelet.ts'
import type { ContainerEvent } from './kubelet/node-pods.ts'
import {
  addOns,
  appliedWorks,
  approve,
  deployments,
  pods,
  registeredAddOn,
  secrets,
  signingRequests,
  startSmallFleet,
  works,
} from './test/small-fleet.ts'
import type { SmallFleet } from './test/small-fleet.ts'

let fleet: SmallFleet | undefined

afterEach(async () => {
  await fleet?.stop()
  fleet = undefined
})

const agentScript = `
const { readFileSync } = require('node:fs')
const { createServer } = require('node:http')
const [kubeconfig, listen] = process.argv.slice(1).map((argument) => argument.split('=')[1])
console.log('mounted', readFileSync(kubeconfig, 'utf8').includes('tls.crt'), process.env.POD_NAMESPACE, process.env.POD_NAME)
createServer((_, response) => response.end('ok')).listen(Number(listen.split(':')[1]), '127.0.0.1')
process.on('SIGTERM', () => { console.log('terminated'); process.exit(0) })
`

const work = {
  ...works,
  metadata: {
    name: 'addon-tokenexchange-deploy-0',
    namespace: 'cluster1',
    labels: { 'open-cluster-management.io/addon-name': 'tokenexchange' },
  },
  spec: {
    workload: {
      manifests: [
        {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'agent-sa', namespace: 'openshift-storage' },
        },
        {
          ...deployments,
          metadata: { name: 'agent', namespace: 'openshift-storage' },
          spec: {
            replicas: 1,
            selector: { matchLabels: { app: 'agent' } },
            strategy: { type: 'Recreate' },
            template: {
              metadata: { labels: { app: 'agent' } },
              spec: {
                serviceAccountName: 'agent-sa',
                containers: [
                  {
                    name: 'agent',
                    image: 'example/agent:1',
                    command: ['/manager'],
                    args: ['--hub-kubeconfig=/var/run/hub/kubeconfig'],
                    env: [
                      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
                      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
                    ],
                    readinessProbe: { httpGet: { path: '/readyz', port: 8000 }, periodSeconds: 1 },
                    volumeMounts: [{ name: 'hub', mountPath: '/var/run/hub' }],
                  },
                ],
                volumes: [{ name: 'hub', secret: { secretName: 'tokenexchange-hub-kubeconfig' } }],
              },
            },
          },
        },
      ],
    },
  },
}

test('from an add-on to a running agent and back to nothing', async () => {
  fleet = await startSmallFleet()
  const { hub, spoke, directory } = fleet
  const events: ContainerEvent[] = []
  const node = fleet.add(
    await kubelet({
      cluster: spoke.kubeconfig(),
      dir: directory,
      images: {
        'example/agent:1': {
          command: [process.execPath, '-e', agentScript, '--'],
          args: ({ port }) => [`--listen=127.0.0.1:${port}`],
        },
      },
      onContainer: (event) => events.push(event),
    }),
  )
  await hub.wait(() => hub.get({ apiVersion: 'v1', kind: 'Namespace' }, { name: 'cluster1' }))
  // The work comes first: its pod waits for the secret.
  await hub.apply(work)
  await eventually([hub, spoke], async () => {
    const [pod] = await spoke.list(pods, 'openshift-storage')
    expect(pod?.['status']).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
    })
  })

  await hub.apply(registeredAddOn())
  const request = await hub.wait(async () => (await hub.list(signingRequests))[0])
  expect(request.metadata.name).toMatch(/^addon-cluster1-tokenexchange-/)
  expect(request.metadata.labels).toEqual({
    'open-cluster-management.io/cluster-name': 'cluster1',
    'open-cluster-management.io/addon-name': 'tokenexchange',
  })
  expect(request['spec']).toMatchObject({ username: 'system:open-cluster-management:cluster1:agent' })
  await approve(fleet.onHub, request)

  const key = { namespace: 'openshift-storage', name: 'tokenexchange-hub-kubeconfig' }
  const secret = await spoke.wait(
    async () => (await spoke.get(secrets, key)) as unknown as Secret | undefined,
  )
  expect(Object.keys(secret.data ?? {}).sort()).toEqual(['cluster-name', 'kubeconfig', 'tls.crt', 'tls.key'])
  expect(Buffer.from(secret.data?.['cluster-name'] ?? '', 'base64').toString()).toBe('cluster1')

  await eventually([hub, spoke], async () => {
    const deployment = (await spoke.get(deployments, {
      namespace: 'openshift-storage',
      name: 'agent',
    })) as unknown as Deployment
    expect(deployment.status?.readyReplicas).toBe(1)
    const { status } = (await hub.get(works, {
      namespace: 'cluster1',
      name: work.metadata.name,
    })) as unknown as ManifestWork
    expect(status?.conditions?.map(({ type, status: is }) => `${type} ${is}`)).toEqual([
      'Applied True',
      'Available True',
    ])
    expect(status?.resourceStatus?.manifests?.map(({ resourceMeta }) => resourceMeta.resource)).toEqual([
      'serviceaccounts',
      'deployments',
    ])
  })
  const [running] = node.pids()
  expect(running).toMatchObject({ deployment: 'agent', container: 'agent' })
  const logFile = join(directory, 'logs', `openshift-storage_${running?.pod}_agent.log`)
  expect(readFileSync(logFile, 'utf8')).toBe(`mounted true openshift-storage ${running?.pod}\n`)

  await fleet.onHub.remove(kinds.ManifestWork, { namespace: 'cluster1', name: work.metadata.name })
  await fleet.onHub.remove(kinds.ManagedClusterAddOn, { namespace: 'cluster1', name: 'tokenexchange' })
  await eventually([hub, spoke], async () => {
    expect(await hub.list(works, 'cluster1')).toEqual([])
    expect(await hub.list(addOns, 'cluster1')).toEqual([])
    expect(await spoke.list(appliedWorks)).toEqual([])
    expect(await spoke.list(deployments, 'openshift-storage')).toEqual([])
    expect(await spoke.list(pods, 'openshift-storage')).toEqual([])
    expect(await spoke.get(secrets, key)).toBeUndefined()
    expect(
      await spoke.get(
        { apiVersion: 'v1', kind: 'ServiceAccount' },
        { namespace: 'openshift-storage', name: 'agent-sa' },
      ),
    ).toBeUndefined()
  })
  await expect.poll(() => events.at(-1)?.type).toBe('exited')
  expect(node.pids()).toEqual([])
  expect(readFileSync(logFile, 'utf8')).toContain('terminated')
  await expect.poll(() => existsSync(join(directory, 'pods', String(running?.pod)))).toBe(false)
})
