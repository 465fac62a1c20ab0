import { setImmediate } from 'node:timers/promises'
import { kinds } from '@odfmo/api-types'
import { cluster, Credentials, Informers, KubeClient, ManualClock, watch } from '@odfmo/controller-kit'
import { manualClock, startCluster } from '@odfmo/testkit'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Requests of the kit in an hour in which nothing happens: both clocks, its own and the server's, are moved. */
export async function idleHour(): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-bench-'))
  const clocks = [manualClock({ start: Date.now() }), new ManualClock(Date.now())] as const
  const server = await startCluster({ name: 'hub', clock: clocks[0], controllers: false })
  const kubeconfig = path.join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, server.kubeconfig())
  const credentials = await Credentials.load({ kubeconfig })
  const client = new KubeClient({
    cluster: 'hub',
    component: 'bench',
    version: '0.0.0',
    credentials,
    clock: clocks[1],
  })
  const stop = new AbortController()
  try {
    const { ConfigMap } = cluster('hub', { ConfigMap: watch(kinds.ConfigMap) })
    const informers = new Informers({ clients: { hub: client }, clock: clocks[1] })
    const running = informers.start(stop.signal)
    informers.use(ConfigMap)
    await informers.waitForSync()
    let requests = 0
    server.requests.subscribe(() => (requests += 1))
    for (let second = 0; second < 3600; second++) {
      for (const clock of clocks) clock.advance(1000)
      // What that set off goes over real sockets.
      for (let turn = 0; turn < 10; turn++) await setImmediate()
    }
    stop.abort()
    await running
    return requests
  } finally {
    stop.abort()
    await client.close()
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}
