import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { spokeFinalizer } from '@odfmo/secret-naming'
import { kinds } from '@odfmo/api-types'
import { startCluster } from '@odfmo/testkit'
import { afterEach, expect, it } from 'vitest'
import { namespace } from './agent-rights.ts'
import { mirrorPeer, settled, startFleet, type Fleet } from './fleet.ts'

let fleet: Fleet | undefined
let child: ChildProcess | undefined

afterEach(async () => {
  child?.kill('SIGKILL')
  child = undefined
  await fleet?.stop()
  fleet = undefined
})

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const start = (
  args: readonly string[],
): { readonly process: ChildProcess; readonly ended: Promise<number | null> } => {
  const started = spawn(process.execPath, ['--conditions=@odfmo/source', main, ...args], { stdio: 'ignore' })
  child = started
  return { process: started, ended: once(started, 'exit').then(([code]) => code as number | null) }
}

/** The answer's status once it is the one that is waited for. */
const answers = async (url: string, status: number): Promise<string> => {
  for (;;) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.status === status) return response.text()
    await pause(50)
  }
}

/** The agent of cluster1 as a process with the arguments of its Deployment. */
const startAgent = async (started: Fleet) => {
  const files = await started.kubeconfigs('cluster1')
  const port = await freePort()
  const agent = start([
    'tokenexchange',
    `--hub-kubeconfig=${files.hub}`,
    '--cluster-name=cluster1',
    `--namespace=${namespace}`,
    '--mode=async',
    `--kubeconfig=${files.spoke}`,
    `--health-probe-bind-address=127.0.0.1:${port}`,
  ])
  return { agent, files, url: `http://127.0.0.1:${port}` }
}

it('runs with the arguments of its Deployment, tells how it is, and stops when asked', async () => {
  const started = await startFleet()
  fleet = started
  const { agent, files, url } = await startAgent(started)
  await started.hub.apply(mirrorPeer())
  await settled(started, async () =>
    expect(
      (await started.get(started.hub, kinds.MirrorPeer, { name: 'mirrorpeer-sample' }))?.metadata.finalizers,
    ).toContain(spokeFinalizer('cluster1')),
  )
  await answers(`${url}/readyz`, 200)
  expect(await answers(`${url}/metrics`, 200)).toContain('leader_election_master_status')
  await settled(started, async () => {
    const spoke = started.spokes['cluster1']
    const lease =
      spoke === undefined
        ? undefined
        : await started.get(spoke, kinds.Lease, { namespace, name: 'tokenexchange' })
    expect(lease?.spec).toMatchObject({ renewTime: expect.any(String) })
  })

  const kubeconfig = await readFile(files.hub, 'utf8')
  await writeFile(files.hub, kubeconfig.replace(/client-key-data: .*/, 'client-key-data: bm8ga2V5'))
  await answers(`${url}/healthz`, 500)
  await started.kubeconfigs('cluster1')
  await answers(`${url}/healthz`, 200)

  agent.process.kill('SIGTERM')
  expect(await agent.ended).toBe(0)
}, 180_000)

it('is well while its hub is away: that is no reason to be restarted', async () => {
  // In memory: a hub that goes away.
  const started = await startFleet({ start: startCluster })
  fleet = started
  const { url } = await startAgent(started)
  await answers(`${url}/readyz`, 200)
  started.hub.faults.partition()
  expect(await answers(`${url}/healthz`, 200)).toBeDefined()
})

it('says all that is wrong with its arguments and exits with 2', async () => {
  const { ended } = start(['--mode=metro', '--cluster-name=cluster1'])
  expect(await ended).toBe(2)
})
