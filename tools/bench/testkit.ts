// The bars of the in-memory API server: start, memory per object, requests over real sockets.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { kinds } from '@odfmo/api-types'
import { Credentials, KubeClient } from '@odfmo/controller-kit'
import { atLeast, atMost, type Row } from './row.ts'
import type { ServerMessage } from './testkit-server.ts'

const objects = 10_000
const inFlight = 64
/** With metadata about 1 KiB. */
const text = 'x'.repeat(700)

const server = fork(path.join(import.meta.dirname, 'testkit-server.ts'), { execArgv: process.execArgv })
const { firstMs, secondMs, kubeconfig } = await message('ready')
const client = await clientOf(kubeconfig)
const heapBefore = await heapBytes()
const creates = await perSecond((index) =>
  client.create(kinds.ConfigMap, {
    metadata: { namespace: 'default', name: `object-${index}` },
    data: { text },
  }),
)
const heapPerObject = (await heapBytes()) - heapBefore
const gets = await perSecond((index) =>
  client.get(kinds.ConfigMap, { namespace: 'default', name: `object-${index}` }),
)
const rows: Row[] = [
  atMost('testkit: first start', firstMs, 200, 'ms'),
  atMost('testkit: second start', secondMs, 50, 'ms'),
  atLeast('testkit: creates of a 1 KiB object', creates, 5_000, '1/s'),
  atLeast('testkit: gets of a 1 KiB object', gets, 10_000, '1/s'),
  atMost('testkit: heap per 1 KiB object', heapPerObject / objects / 1024, 3, 'KiB'),
]
process.stdout.write(`${JSON.stringify(rows)}\n`)
await client.close()
server.disconnect()

function message<E extends ServerMessage['event']>(event: E): Promise<Extract<ServerMessage, { event: E }>> {
  return new Promise((resolve, reject) => {
    server.once('exit', () => reject(new Error('the server of the benchmark ended')))
    server.on('message', (one: ServerMessage) => {
      if (one.event === event) resolve(one as Extract<ServerMessage, { event: E }>)
    })
  })
}

async function heapBytes(): Promise<number> {
  const answer = message('heap')
  server.send('heap')
  return (await answer).bytes
}

async function clientOf(config: string): Promise<KubeClient> {
  const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-bench-'))
  try {
    const file = path.join(folder, 'kubeconfig')
    writeFileSync(file, config)
    const credentials = await Credentials.load({ kubeconfig: file })
    return new KubeClient({
      cluster: 'bench',
      component: 'bench',
      version: '0.0.0',
      credentials,
      rateLimit: false,
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Calls per second with some in flight at any time; the client has a core of its own where there are two. */
async function perSecond(call: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < objects) await call(next++)
  }
  const beganAt = performance.now()
  await Promise.all(Array.from({ length: inFlight }, worker))
  return (objects / (performance.now() - beganAt)) * 1000
}
