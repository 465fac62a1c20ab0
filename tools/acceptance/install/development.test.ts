import { afterEach, describe, expect, it } from 'vitest'
import { namespaceOf } from '../../generate/kustomize/overlays.ts'
import { hasKubectl } from '../../generate/test/kubectl.ts'
import { overlay, startInstallWorld, type InstallWorld } from './install-world.ts'
import { untilBundled, untilRolledOut } from './installed.ts'

let world: InstallWorld | undefined
afterEach(async () => {
  await world?.stop()
  world = undefined
})

describe.skipIf(!hasKubectl)('deploy/overlays/development (skipped without kubectl)', () => {
  it('runs one replica of each, which explains itself', async () => {
    const [where, kustomizations] = [namespaceOf.development, [overlay('development')]]
    world = await startInstallWorld({ namespace: where, kustomizations })
    await world.apply(overlay('development'))
    await untilRolledOut(world.hub, where)
    await untilBundled(world.hub)

    expect(world.starts.map(({ deployment }) => deployment).toSorted()).toEqual([
      'odfmo-hub-controller',
      'odfmo-webhook',
    ])
    const health = world.starts.flatMap((event) =>
      event.type === 'started' && event.deployment === 'odfmo-hub-controller' ? [event.ports.get(8081)] : [],
    )
    const answer = await fetch(`http://127.0.0.1:${health.join()}/debug/derived`)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('cluster-management-add-on')
  })
})
