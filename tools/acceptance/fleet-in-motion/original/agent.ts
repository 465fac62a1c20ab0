// Plays the original's agent, as a process that a kubelet starts: node agent.ts tokenexchange --hub-kubeconfig=… …
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { contract, kinds } from '@odfmo/api-types'
import { Credentials, identitySource, KubeClient } from '@odfmo/controller-kit'
import { OriginalLock } from './lock.ts'
import { agentRound } from './agent-round.ts'
import { isPassing, upsert } from './upsert.ts'

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    'hub-kubeconfig': { type: 'string', default: '' },
    'cluster-name': { type: 'string', default: '' },
    namespace: { type: 'string', default: '' },
    mode: { type: 'string', default: '' },
  },
})
const clientOf = async (
  cluster: string,
  source: Parameters<typeof Credentials.load>[0],
): Promise<KubeClient> =>
  new KubeClient({
    cluster,
    component: 'original-agent',
    version: '4.12',
    credentials: await Credentials.load(source),
  })

const clients = {
  hub: await clientOf('hub', { kubeconfig: values['hub-kubeconfig'] }),
  spoke: await clientOf('spoke', identitySource(undefined, process.env)),
}
const lock = new OriginalLock(clients.spoke, values.namespace, `original_${randomUUID()}`)
let isAsked = false
process.once('SIGTERM', () => (isAsked = true))

/** OCM's library tells the klusterlet every minute that the agent is alive. */
const heartbeatMs = 60_000
let beatenAtMs = -heartbeatMs
const beat = async (): Promise<void> => {
  if (performance.now() - beatenAtMs < heartbeatMs) return
  await upsert(clients.spoke, kinds.Lease, {
    metadata: { namespace: values.namespace, name: contract.addon.name },
    spec: { leaseDurationSeconds: 60, renewTime: new Date().toISOString().replace('Z', '000Z') },
  })
  beatenAtMs = performance.now()
}

/** Between two looks; the original has watches, and this one has to be short. */
const roundMs = 100

while (!isAsked) {
  try {
    await beat()
    if (await lock.hold()) await agentRound({ ...clients, clusterName: values['cluster-name'] })
  } catch (error) {
    if (!isPassing(error)) process.stderr.write(`${String(error)}\n`)
  }
  await sleep(roundMs)
}
await lock.release()
process.exit(0)
