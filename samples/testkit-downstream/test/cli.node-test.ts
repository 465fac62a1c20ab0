import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

/** Runs the command line tool as npm installed it. */
const testkit = async (...args: string[]): Promise<{ code: number; output: string }> => {
  const child = spawn('node_modules/.bin/odfmo-testkit', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const output = Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await once(child, 'exit')) as [number]
  return { code, output: (await output).join('') }
}

test('the tool says its version', async () => {
  const { code, output } = await testkit('--version')
  assert.match(output, /^\d+\.\d+\.\d+\n$/)
  assert.equal(code, 0)
})

test('a program of any language gets a cluster by KUBECONFIG, and its exit code is ours', async () => {
  const program = `
    const { KubeConfig, CustomObjectsApi } = require('@kubernetes/client-node')
    const config = new KubeConfig()
    config.loadFromDefault()
    config.makeApiClient(CustomObjectsApi)
      .listClusterCustomObject({ group: 'web.example.com', version: 'v1', plural: 'sites' })
      .then(({ kind }) => { console.log(kind); process.exit(7) })`
  const { code, output } = await testkit('up', '--crds', 'deploy/crd.yaml', '--', 'node', '-e', program)
  assert.equal(output, 'SiteList\n')
  assert.equal(code, 7)
})
