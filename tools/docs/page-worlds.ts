import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { managedCluster, namespace, waitForCondition, type Cluster } from '@odfmo/testkit'
import { startInstallWorld, type InstallWorld } from '../acceptance/install/install-world.ts'
import { serviceCa } from '../acceptance/install/service-ca.ts'
import { untilStorageWorks } from '../acceptance/acceptance-world.ts'
import { namespaceOf } from '../generate/kustomize/overlays.ts'
import { components } from '../generate/names.ts'
import { prometheusCrds } from '../generate/test/prometheus-crds.ts'

/** What a page's commands are run in: clusters as a reader has them at that place of the page. */
export interface PageWorld {
  /** The hub first. */
  readonly clusters: readonly Cluster[]
  /** What happens beside a command that the reader has given, by another terminal or by the cluster itself. */
  readonly after: (command: string) => Promise<void>
  readonly stop: () => Promise<void>
}

export interface WorldOptions {
  /** With the page's kustomization. */
  readonly folder: string
  readonly scratch: string
}

const spokes = ['cluster1', 'cluster2']

/** By the name that pages call them. */
export const pageWorlds: Readonly<Record<string, (options: WorldOptions) => Promise<PageWorld>>> = {
  /** Open Cluster Management with two spokes that have storage; Ramen comes when there is a namespace for it. */
  async vanilla({ folder, scratch }) {
    const kustomizations = [folder, nextRelease(folder, scratch)]
    const where = namespaceOf.vanilla
    const world = await startInstallWorld({ namespace: where, kustomizations, spokes })
    await untilStorageWorks(world.spokes)
    for (const name of spokes)
      await waitForCondition(
        world.hub,
        managedCluster({ metadata: { name } }),
        'ManagedClusterConditionAvailable',
      )
    const routed = routing(world, folder)
    let hasRamen = false
    return {
      clusters: [world.hub, ...world.spokes],
      stop: () => world.stop(),
      async after(command) {
        await routed(command)
        if (hasRamen || !isInstallation(command)) return
        hasRamen = true
        await world.startRamen()
      },
    }
  },

  /** The kinds of the Prometheus operator are there, and certificates of the service CA. */
  async openshift({ folder }) {
    const where = namespaceOf.openshift
    const world = await startInstallWorld({
      namespace: where,
      kustomizations: [folder],
      crds: prometheusCrds,
    })
    await world.hub.apply(namespace(where))
    const authorities = await serviceCa(world.hub, { name: components.webhook, namespace: where })
    return {
      clusters: [world.hub],
      after: routing(world, folder),
      async stop() {
        await Promise.all(authorities.map((one) => one.stop()))
        await world.stop()
      },
    }
  },
}

const isInstallation = (command: string): boolean => command.endsWith(' apply -k .')

/** The Services of a control plane lead nowhere: there the webhook's leads to this host, whenever it was applied. */
const routing =
  ({ hub, apply }: InstallWorld, folder: string) =>
  async (command: string): Promise<void> => {
    if (hub.provider !== 'memory' && isInstallation(command)) await apply(folder)
  }

/** The same with the version that the page upgrades to: the nodes have both. */
const nextRelease = (folder: string, scratch: string): string => {
  const next = path.join(scratch, 'next-release')
  cpSync(folder, next, { recursive: true })
  const file = path.join(next, 'kustomization.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('newTag: 1.2.3', 'newTag: 1.2.4'))
  return next
}
