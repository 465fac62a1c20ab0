import { contract, type Secret } from '@odfmo/api-types'
import { Metrics, staticCache, type CacheEvent, type CacheReader } from '@odfmo/controller-kit'
import { keptHubSecret, type KeptHubSecret } from '@odfmo/secret-exchange'
import { expect, it } from 'vitest'
import { watchOversizedSecrets } from './oversized-secrets.ts'
import { blue, peerRef } from './test/builders.ts'
import { hub } from './test/hub-world.ts'

const large = (cluster: string, name: string): KeptHubSecret => {
  const secret: Secret = blue(peerRef(cluster))
  const data = { ...secret.data, 'secret-data': 'A'.repeat(contract.hubSecretBytes) }
  return keptHubSecret({ ...secret, metadata: { ...secret.metadata, name }, data })
}

it('counts them, and tells of the first in each namespace until the last has gone', async () => {
  const metrics = new Metrics()
  const lines: string[] = []
  const there = new Map<string, KeptHubSecret>()
  const cacheNow = (): CacheReader => staticCache([[hub.Secret, [...there.values()]]])
  let tell: (event: CacheEvent) => void = () => undefined
  watchOversizedSecrets({
    metrics,
    logger: { warn: (fields, message) => void lines.push(`${JSON.stringify(fields)} ${message}`) },
    hub,
    cache: {
      find: (index, value) => cacheNow().find(index, value),
      onEvent: (listener) => {
        tell = listener
        return () => undefined
      },
    },
  })
  const gauge = async (): Promise<string | undefined> =>
    (await metrics.text()).body.split('\n').find((line) => line.startsWith('odfmo_oversized_secrets'))
  const now = (secret: KeptHubSecret, isThere = true): void => {
    const { namespace = '', name = '' } = secret.metadata
    if (isThere) there.set(`${namespace}/${name}`, secret)
    else there.delete(`${namespace}/${name}`)
    tell({ of: hub.Secret, key: { namespace, name }, ...(isThere ? { object: secret } : {}) })
  }

  now(blue(peerRef('cluster1')))
  expect([lines.length, await gauge()]).toEqual([0, 'odfmo_oversized_secrets 0'])
  now(large('cluster1', 'a'))
  now(large('cluster1', 'b'))
  now(large('cluster2', 'a'))
  expect([lines.length, await gauge()]).toEqual([2, 'odfmo_oversized_secrets 3'])
  expect(lines[0]).toContain('secret cluster1/a is larger than any hub secret can be')
  now(large('cluster1', 'a'), false)
  now(large('cluster1', 'a'))
  expect(lines).toHaveLength(2)
  now(large('cluster1', 'a'), false)
  now(large('cluster1', 'b'), false)
  now(large('cluster1', 'c'))
  expect([lines.length, await gauge()]).toEqual([3, 'odfmo_oversized_secrets 2'])
})
