// Node 22.12 and newer can require ES modules: a project in CommonJS uses the testkit as it is.
const assert = require('node:assert/strict')
const { configMap } = require('@odfmo/testkit')
const { clusterTest } = require('@odfmo/testkit/node-test')

const test = clusterTest()

test('the testkit can be required', async ({ cluster }) => {
  await cluster.apply(configMap({ metadata: { name: 'required' } }))
  assert.equal(
    cluster.list({ apiVersion: 'v1', kind: 'ConfigMap' }, 'default').at(-1)?.metadata.name,
    'required',
  )
})
