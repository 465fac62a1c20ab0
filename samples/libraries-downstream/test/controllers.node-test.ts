import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { configMap, deployment, eventually, startCluster } from '@odfmo/testkit'

const folder = mkdtempSync(path.join(tmpdir(), 'mirror-preview-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A program of ours or of a package, until the block ends; what it says stands in a failure. */
function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): AsyncDisposable & { readonly said: () => string } {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env } })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'exit')
  return {
    said: () => said,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

test("the kit's example, as it is packed, rolls a Deployment when its configuration changes", async () => {
  await using cluster = await startCluster({ name: 'home' })
  const kubeconfig = path.join(folder, 'home.kubeconfig')
  writeFileSync(kubeconfig, cluster.kubeconfig())
  const metadata = { name: 'web', annotations: { 'example.com/restart-on': 'web' } }
  await cluster.apply(configMap({ metadata: { name: 'web' }, data: { a: '1' } }), deployment({ metadata }))
  await using controller = start(['examples/controller.ts'], { KUBECONFIG: kubeconfig })
  const hash = (): unknown => {
    const found = cluster.get(
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      { namespace: 'default', name: 'web' },
    )
    const template = (
      found as { spec?: { template?: { metadata?: { annotations?: Record<string, string> } } } }
    )?.spec?.template
    return template?.metadata?.annotations?.['example.com/restarted-for']
  }
  await eventually(cluster, () => assert.equal(typeof hash(), 'string', controller.said()))
  const first = hash()
  await cluster.apply(configMap({ metadata: { name: 'web' }, data: { a: '2' } }))
  await eventually(cluster, () => assert.notEqual(hash(), first, controller.said()))
})

test('odfmo-console-init makes the Service of a console that is there', async () => {
  await using cluster = await startCluster({ name: 'hub' })
  const kubeconfig = path.join(folder, 'hub.kubeconfig')
  writeFileSync(kubeconfig, cluster.kubeconfig())
  await cluster.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'openshift-operators' } },
    deployment({ metadata: { name: 'odf-multicluster-console', namespace: 'openshift-operators' } }),
  )
  const program = 'node_modules/@odfmo/console-init/dist/main.js'
  const flags = ['--metrics-bind-address=0', '--health-probe-bind-address=0']
  await using service = start([program, ...flags], {
    KUBECONFIG: kubeconfig,
    POD_NAMESPACE: 'openshift-operators',
  })
  const key = { namespace: 'openshift-operators', name: 'odf-multicluster-console' }
  await eventually(cluster, () => {
    assert.ok(cluster.get({ apiVersion: 'v1', kind: 'Service' }, key), service.said())
  })
})
