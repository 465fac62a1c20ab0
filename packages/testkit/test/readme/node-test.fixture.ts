// Run by node-test.example.test.ts; the README shows it.
import { configMap, waitForNoObject, waitForObject } from '@odfmo/testkit'
import { clusterTest } from '@odfmo/testkit/node-test'

const test = clusterTest({ objects: [configMap({ metadata: { name: 'kept' } })] })

test('finds what the file begins with', async ({ cluster }, t) => {
  t.diagnostic(cluster.url)
  await waitForObject(cluster, configMap({ metadata: { name: 'kept' } }))
  await cluster.apply(configMap({ metadata: { name: 'new' } }))
})

test('and so does the next one', async ({ cluster }) => {
  await waitForNoObject(cluster, configMap({ metadata: { name: 'new' } }))
})
