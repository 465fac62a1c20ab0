import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { kinds, type Secret } from '@odfmo/api-types'
import { Credentials, KubeClient } from '@odfmo/controller-kit'
import {
  findControlPlaneBinaries,
  hubCrds,
  managedCluster,
  namespace,
  sameState,
  secret,
  startControlPlane,
  useExisting,
  type ControlPlane,
  type ExistingClusters,
} from '@odfmo/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Claim } from './claim.ts'

const minutesMs = 120_000

const hasControlPlane = (): boolean => {
  if (process.env['ODFMO_REQUIRE_CONTROL_PLANE'] === '1') return true
  try {
    findControlPlaneBinaries(true)
    return true
  } catch {
    return false
  }
}

describe.skipIf(!hasControlPlane())('a claim on a real cluster (needs npm run control-plane)', () => {
  let controlPlane: ControlPlane
  let existing: ExistingClusters

  beforeAll(async () => {
    controlPlane = await startControlPlane({ clusters: ['mine'] })
    const kubeconfig = controlPlane.cluster('mine').kubeconfig()
    existing = await useExisting({ kubeconfig, contexts: { hub: 'mine' } })
  }, minutesMs)
  const createAs = async (fieldManager: string, object: Secret): Promise<void> => {
    const folder = mkdtempSync(path.join(tmpdir(), 'odfmo-claim-'))
    const kubeconfig = path.join(folder, 'kubeconfig')
    writeFileSync(kubeconfig, controlPlane.cluster('mine').kubeconfig(), { mode: 0o600 })
    const credentials = await Credentials.load({ kubeconfig })
    rmSync(folder, { recursive: true })
    const client = new KubeClient({ cluster: 'mine', component: 'test', version: '0.0.0', credentials })
    await client.create(kinds.Secret, object, { fieldManager })
    await client.close()
  }
  afterAll(async () => {
    await existing.stop()
    await controlPlane.stop()
  }, minutesMs)

  test(
    'what the demo made goes, finalizers or not; what was there, and what others made meanwhile, stays',
    async () => {
      const cluster = existing.cluster('hub')
      await cluster.apply(namespace('theirs'), secret({ metadata: { namespace: 'theirs', name: 'before' } }))
      // Written by a program of ours, but before the claim: it is not the demo's.
      const before = await cluster.snapshot()
      const claim = await Claim.of(cluster, hubCrds)
      expect(claim.objections()).toEqual([])

      await claim.prepare()
      const held = { finalizers: ['example.com/held'] }
      await cluster.apply(
        namespace('cluster1'),
        managedCluster({ metadata: { name: 'cluster1', ...held } }),
        secret({ metadata: { namespace: 'cluster1', name: 'one', ...held } }),
        secret({ metadata: { namespace: 'theirs', name: 'two' } }),
      )
      expect(await claim.objects()).toEqual(
        expect.arrayContaining([
          'managedclusters cluster1',
          'namespaces cluster1',
          'secrets cluster1/one',
          'secrets theirs/two',
        ]),
      )

      await createAs('kubectl-create', secret({ metadata: { namespace: 'theirs', name: 'since' } }))

      expect(await claim.cleanUp()).toEqual([])
      expect(sameState(before, await cluster.snapshot()).map(({ object }) => object)).toEqual([
        'secrets theirs/since',
      ])
    },
    minutesMs,
  )

  test(
    'a cluster with objects that the demo plays is objected to, and one whose definitions are others',
    async () => {
      const cluster = existing.cluster('hub')
      const [crd] = hubCrds
      if (crd === undefined) throw new Error('there are no definitions')
      await cluster.installCrds({
        ...crd,
        spec: { ...crd.spec, versions: crd.spec.versions.map((one) => ({ ...one, name: 'v9' })) },
      })
      const older = await Claim.of(cluster, hubCrds)
      expect(older.objections()).toEqual([
        'its definition of managedclusters.cluster.open-cluster-management.io does not serve v1',
      ])
      await cluster.apply({
        ...managedCluster({ metadata: { name: 'prod' } }),
        apiVersion: `${crd.spec.group}/v9`,
      })
      expect((await Claim.of(cluster, hubCrds)).objections()).toContain('managedclusters prod')
    },
    minutesMs,
  )
})
