import { namespace } from '@odfmo/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { namespaceOf } from '../../generate/kustomize/overlays.ts'
import { components } from '../../generate/names.ts'
import { hasKubectl } from '../../generate/test/kubectl.ts'
import { prometheusCrds } from '../../generate/test/prometheus-crds.ts'
import { overlay, startInstallWorld, type InstallWorld } from './install-world.ts'
import { untilBundled, untilRolledOut } from './installed.ts'
import { expectWebhookAtWork } from './refusals.ts'
import { serviceCa } from './service-ca.ts'

let world: InstallWorld | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

const where = namespaceOf.openshift

describe.skipIf(!hasKubectl)('deploy/overlays/openshift (skipped without kubectl)', () => {
  it('runs on the certificate that OpenShift gives, and judges MirrorPeers with it', async () => {
    world = await startInstallWorld({
      namespace: where,
      kustomizations: [overlay('openshift')],
      crds: prometheusCrds,
    })
    const { hub } = world
    await hub.apply(namespace(where))
    await serviceCa(hub, { name: components.webhook, namespace: where })
    await world.apply(overlay('openshift'))
    await untilRolledOut(hub, where)
    expect((await untilBundled(hub)).ca).toBe(true)
    await expectWebhookAtWork(world)
    expect(world.starts, 'each replica was started once').toHaveLength(4)
  })
})
