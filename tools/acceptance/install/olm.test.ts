import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { contract, kinds, mirrorPeerCrd } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import { eventually, managedCluster, namespace } from '@odfmo/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { root } from '../../command/root.ts'
import { namespaceOf } from '../../generate/kustomize/overlays.ts'
import { components } from '../../generate/names.ts'
import { olmServiceName } from '../../generate/olm/csv/webhook-definitions.ts'
import { olmFiles } from '../../generate/olm/olm-files.ts'
import { releaseOf } from '../../generate/olm/release.ts'
import { csvIn, objectsBelow } from '../../generate/olm/test/olm-objects.ts'
import { serviceFacts } from '../../generate/service-facts.ts'
import { hasKubectl } from '../../generate/test/kubectl.ts'
import { prometheusCrds } from '../../generate/test/prometheus-crds.ts'
import { hubReference } from '../../reference/hub-reference.ts'
import { mirrorPeer } from '../acceptance-world.ts'
import { startInstallWorld, type InstallWorld } from './install-world.ts'
import { refOf, untilRolledOut } from './installed.ts'
import { olmObjectsOf, type OlmInstallation } from './olm-objects-of.ts'
import {
  deploymentNamed,
  installByOlm,
  kustomizationOf,
  originalController,
  originalCsv,
  removeByOlm,
  uidsOf,
} from './play-olm.ts'
import { expectPoliciesAtWork, expectWebhookAtWork } from './refusals.ts'
import { issue } from './service-ca.ts'

const where = namespaceOf.openshift
const console = contract.console.name
const finishesMs = 180_000

describe.skipIf(!hasKubectl)('deploy/olm, installed as OLM does it (skipped without kubectl)', () => {
  let folder = ''
  let world: InstallWorld
  let original: OlmInstallation
  let first: OlmInstallation
  let next: OlmInstallation

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'olm-'))
    const [facts, reference, certificate] = await Promise.all([
      serviceFacts(),
      hubReference(),
      issue(`${olmServiceName(components.webhook)}.${where}.svc`),
    ])
    const bundle = (version: string, previous?: string): OlmInstallation => {
      const files = olmFiles(facts, reference, releaseOf(version, previous))
      const csv = csvIn(files)
      const objects = objectsBelow(files, 'bundle/manifests').filter(({ kind }) => kind !== csv.kind)
      return { csv, objects, namespace: where, certificate }
    }
    original = { csv: originalCsv, objects: [mirrorPeerCrd], namespace: where, certificate }
    first = bundle('1.2.3')
    next = bundle('1.2.4', '1.2.3')
    world = await startInstallWorld({
      namespace: where,
      kustomizations: [first, next].map((one) => kustomizationOf(olmObjectsOf(one), folder)),
      crds: [path.join(root, 'tools/generate/olm/fixtures'), ...prometheusCrds],
    })
    // Their agents are no matter here.
    const clusters = ['cluster1', 'cluster2'].map((name) => managedCluster({ metadata: { name } }))
    await world.hub.apply(namespace(where), ...clusters)
  })
  afterAll(async () => {
    await world?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  // Each goes on where the one before it ended.
  let hasFailed = false
  beforeEach(({ skip, onTestFailed }) => {
    skip(hasFailed, 'what comes before it has failed')
    onTestFailed(() => {
      hasFailed = true
    })
  })

  const mp: KubeObject = mirrorPeer('mp')

  it('takes the place of the original: its hub controller goes, its console, definition and MirrorPeers stay', async () => {
    await installByOlm(world, folder, original)
    expect((await world.kubectl(['create', '-f', '-'], mp)).errors).toBe('')
    const kept = [deploymentNamed(console), mirrorPeerCrd, mp]
    const before = await uidsOf(world, kept, where)

    const beside = await world.kubectl(['apply', '-k', path.join(root, 'deploy/olm/beside')])
    expect([beside.code, beside.errors]).toEqual([0, ''])
    await installByOlm(world, folder, first)
    await untilRolledOut(world.hub, where, [console, originalController])
    await removeByOlm(world, original.csv, where)
    await untilRolledOut(world.hub, where, [console])
    expect(await uidsOf(world, kept, where)).toEqual(before)
  }, 600_000)

  it('runs under the rights of the ClusterServiceVersion, and makes what the console needs of it', async () => {
    await eventually(
      world.hub,
      async () => {
        const { metadata } = (await world.hub.get(refOf(kinds.MirrorPeer), { name: 'mp' })) ?? {}
        expect(metadata?.finalizers).toEqual([contract.finalizer.hub])
        const addOns = await world.hub.list(refOf(kinds.ManagedClusterAddOn))
        expect(addOns.map((addOn) => addOn.metadata.namespace)).toEqual(['cluster1', 'cluster2'])
        const service = await world.hub.get(refOf(kinds.Service), { namespace: where, name: console })
        expect(service?.metadata.annotations).toMatchObject({
          [contract.annotation.servingCertSecretName]: contract.console.servingCertSecret,
        })
        expect(await world.hub.get(refOf(kinds.ConsolePlugin), { name: console })).toBeDefined()
      },
      { timeoutMs: finishesMs },
    )
  }, 600_000)

  it('asks the webhook by the certificate that OLM makes; with what is applied beside, agents keep to their work', async () => {
    await expectWebhookAtWork(world)
    await expectPoliciesAtWork(world, 'mp')
  }, 600_000)

  it('is replaced by the next release in place: nothing is made anew, and the services roll', async () => {
    const common = olmObjectsOf(next).filter(
      ({ kind = '', metadata: { name = '' } }) => !`${kind} ${name}`.includes(next.csv.spec.version),
    )
    const kept = [...common, mp]
    const before = await uidsOf(world, kept, where)
    const pids = world.node.pids().map(({ pid }) => pid)

    await installByOlm(world, folder, next)
    await untilRolledOut(world.hub, where, [console])
    await removeByOlm(world, first.csv, where)
    await expect
      .poll(() => world.node.pids().filter(({ pid }) => pids.includes(pid)), { timeout: finishesMs })
      .toEqual([])
    await untilRolledOut(world.hub, where, [console])
    expect(await uidsOf(world, kept, where)).toEqual(before)
    await expectWebhookAtWork(world)
  }, 600_000)
})
