import { setTimeout as sleep } from 'node:timers/promises'
import { mirrorPeerCrd, type CustomResourceDefinition } from '@odfmo/api-types'
import { hubCrds, spokeCrds, type Cluster, type KubeObject, type Snapshot } from '@odfmo/testkit'
import { connect, type Remover } from './remover.ts'
import { isOurs, objectText } from './is-ours.ts'

const definitions = 'apiextensions.k8s.io/customresourcedefinitions'
const namespaces = '/namespaces'
/** Every cluster of some vendors has objects of these, and they say nothing about storage or a fleet. */
const harmlessGroups = new Set(['console.openshift.io', 'route.openshift.io'])
/** The kinds that the demo plays, on whatever cluster they are. */
const playedGroups = new Set(
  [mirrorPeerCrd, ...hubCrds, ...spokeCrds]
    .map(({ spec: { group } }) => group)
    .filter((group) => !harmlessGroups.has(group)),
)
/** Configuration that the simulators would write anew. */
const takenConfigMaps = new Set(['ramen-hub-operator-config', 'rook-ceph-operator-config'])

const cleanUpMs = 60_000
const lookEveryMs = 200

interface Found {
  readonly table: string
  readonly object: KubeObject
}

/** What the demo puts onto somebody's cluster, so that it can be taken away again. */
export class Claim {
  readonly #cluster: Cluster
  readonly #crds: readonly CustomResourceDefinition[]
  readonly #before: Snapshot

  private constructor(cluster: Cluster, crds: readonly CustomResourceDefinition[], before: Snapshot) {
    this.#cluster = cluster
    this.#crds = crds
    this.#before = before
  }

  /** Looks at the cluster; changes nothing. */
  static async of(cluster: Cluster, crds: readonly CustomResourceDefinition[]): Promise<Claim> {
    return new Claim(cluster, crds, await cluster.snapshot())
  }

  /**
   * What speaks against playing Open Cluster Management, storage and Ramen here, a line each: objects of their kinds,
   * configuration that would be overwritten, definitions of other versions.
   */
  objections(): string[] {
    const taken = entriesOf(this.#before).filter(
      ({ table, object }) =>
        playedGroups.has(table.split('/')[0] ?? '') ||
        (table === '/configmaps' && takenConfigMaps.has(object.metadata.name ?? '')),
    )
    return [
      ...taken.map(({ table, object }) => objectText(table, object)),
      ...this.#crds.flatMap((crd) => this.#olderVersion(crd)),
    ]
  }

  /** Installs the definitions that are missing; those that are there stay as they are. */
  async prepare(): Promise<void> {
    const missing = this.#crds.filter((crd) => this.#definitionBefore(crd) === undefined)
    if (missing.length > 0) await this.#cluster.installCrds(missing)
  }

  /** What is here because of the demo, Events aside. */
  async objects(): Promise<string[]> {
    const here = (await this.#ours()).filter(({ table }) => table !== '/events')
    return here.map(({ table, object }) => objectText(table, object))
  }

  /**
   * Removes what the demo's programs have created, finalizers or not: whoever would honour them runs no more. Answers
   * what is still there after a minute.
   */
  async cleanUp(): Promise<string[]> {
    const remover = await connect(this.#cluster)
    try {
      const deadline = performance.now() + cleanUpMs
      for (;;) {
        const left = await this.#ours()
        if (left.length === 0) return []
        if (performance.now() > deadline) return left.map(({ table, object }) => objectText(table, object))
        await removeNext(left, remover)
        await sleep(lookEveryMs)
      }
    } finally {
      await remover.close()
    }
  }

  async #ours(): Promise<Found[]> {
    const before = new Set(entriesOf(this.#before).map(({ object }) => object.metadata.uid))
    return entriesOf(await this.#cluster.snapshot()).filter(
      ({ object }) => isOurs(object) && !before.has(object.metadata.uid),
    )
  }

  #definitionBefore({ metadata: { name } }: CustomResourceDefinition): KubeObject | undefined {
    return this.#before.tables[definitions]?.find(({ metadata }) => metadata.name === name)
  }

  #olderVersion(crd: CustomResourceDefinition): string[] {
    const there = this.#definitionBefore(crd) as CustomResourceDefinition | undefined
    if (there === undefined) return []
    const served = there.spec.versions.filter((version) => version.served).map(({ name }) => name)
    return crd.spec.versions
      .filter(({ name, storage }) => storage && !served.includes(name))
      .map(({ name }) => `its definition of ${crd.metadata.name} does not serve ${name}`)
  }
}

const entriesOf = ({ tables }: Snapshot): Found[] =>
  Object.entries(tables).flatMap(([table, objects]) => objects.map((object) => ({ table, object })))

/** Namespaces after what is in them, definitions after their objects. */
async function removeNext(left: readonly Found[], remover: Remover): Promise<void> {
  const stages = [
    left.filter(({ table }) => table !== definitions && table !== namespaces),
    left.filter(({ table }) => table === namespaces),
    left,
  ]
  const [next = []] = stages.filter((stage) => stage.length > 0)
  const isEmptied = (table: string): boolean => table === definitions || table === namespaces
  await Promise.all(
    next.map(({ table, object }) => remover.remove(table, object, { finalizersToo: !isEmptied(table) })),
  )
}
