import { startControlPlane } from '@odfmo/testkit'
import { expect, it } from 'vitest'
import { describeControlPlane } from '../../src/testing/describe-control-plane.ts'

describeControlPlane('a control plane', () => {
  it('has several clusters', async () => {
    const controlPlane = await startControlPlane({ clusters: ['hub', 'cluster1'], startTimeoutMs: 90_000 })
    const hub = controlPlane.cluster('hub') // url, ca, kubeconfig(identity?), credentials(identity?), apply, wait, requests, compact …
    await controlPlane.stop()
    expect(hub.url).toContain('https:')
  })
})
