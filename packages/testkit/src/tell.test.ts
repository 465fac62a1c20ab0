import { once } from 'node:events'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startCluster } from './start-cluster.ts'
import { testClient } from './testing/test-client.ts'

const path = '/api/v1/namespaces/default/configmaps'

// the runner's own would fail the test by what is meant here
let others: NodeJS.UncaughtExceptionListener[] = []
beforeEach(() => {
  others = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
})
afterEach(() => {
  for (const listener of others) process.on('uncaughtException', listener)
})

it('what the listener of a test throws is an error of the process, and neither of the write nor of the answer', async () => {
  const cluster = await startCluster({ controllers: false })
  const client = testClient(cluster)
  const fail = (text: string) => (): never => {
    throw new Error(text)
  }
  const ends = [
    cluster.on({ apiVersion: 'v1', kind: 'ConfigMap' }, fail('of a kind')),
    cluster.onChange(fail('of a change')),
    cluster.requests.subscribe(fail('of a request')),
  ]
  const heard = new Set<string>()
  const listener = (error: unknown): unknown => heard.add(String(error))
  process.on('uncaughtException', listener)
  expect((await client.post(path, { metadata: { name: 'a' } })).status).toBe(201)
  while (heard.size < 3) await once(process, 'uncaughtException')
  process.removeListener('uncaughtException', listener)
  expect([...heard].sort()).toEqual(['Error: of a change', 'Error: of a kind', 'Error: of a request'])
  for (const end of ends) end()
  expect((await client.get(`${path}/a`)).status).toBe(200)
  await client.close()
  await cluster.stop()
})
