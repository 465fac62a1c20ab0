import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { isJsonObject, textAt } from '../kube-object.ts'
import { etcdArguments } from './arguments.ts'
import { freePort } from './free-port.ts'
import { GuardedProcess } from './guarded-process.ts'
import { retryPorts } from './retry-ports.ts'
import { untilReady } from './until-ready.ts'

/** The store of all clusters of a control plane. */
export interface Etcd {
  readonly port: number
  readonly process: GuardedProcess
  /** Takes away the history up to now; API servers hear of it a moment later. */
  compact(): Promise<void>
}

const post = async (url: string, body: object): Promise<unknown> => {
  const answer = await request(url, { method: 'POST', body: JSON.stringify(body) })
  const value: unknown = await answer.body.json()
  if (answer.statusCode >= 300)
    throw new Error(`etcd answered ${answer.statusCode}: ${JSON.stringify(value)}`)
  return value
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Starts etcd with its data in `folder`, which is made here and removed when this process dies. */
export const startEtcd = (path: string, folder: string, signal: AbortSignal): Promise<Etcd> =>
  retryPorts(async () => {
    const [clientPort, peerPort] = [await freePort(), await freePort()]
    const child = new GuardedProcess({
      title: 'etcd',
      path,
      args: etcdArguments({ folder: join(folder, 'etcd'), clientPort, peerPort }),
      folder,
    })
    // as its guard does, who may not have come to it yet
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const url = `http://127.0.0.1:${clientPort}`
    await untilReady(child, signal, async () => {
      const answer = await request(`${url}/health`, { signal })
      const health: unknown = await answer.body.json()
      return isJsonObject(health) && health['health'] === 'true'
    })
    return {
      port: clientPort,
      process: child,
      async compact() {
        const newest = await post(`${url}/v3/kv/range`, { key: base64('/'), limit: 1 })
        const revision = textAt(newest, 'header', 'revision')
        await post(`${url}/v3/kv/compaction`, { revision, physical: true })
        // by this key API servers hear of it, and let go of the past that they keep themselves
        await post(`${url}/v3/kv/put`, { key: base64('compact_rev_key'), value: base64(revision) })
      },
    }
  })
