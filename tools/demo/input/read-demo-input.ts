import { readFileSync } from 'node:fs'
import { apiVersionOf, defaultMirrorPeer, kinds, type MirrorPeer } from '@odfmo/api-types'
import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import type { DemoOptions } from '../options.ts'
import type { DemoInput, Spoke, StorageClusterRef } from './demo-input.ts'
import { generatedCluster, generatedMirrorPeers, generatedNames } from './generated-input.ts'
import { mirrorPeerProblems } from './mirror-peer-problems.ts'
import { InputError, type Problem } from './problem.ts'
import { yamlObjects, type YamlObject } from './yaml-objects.ts'

const defaultClusters = 2

/** The demo's input from the file or generated. Throws InputError with everything that is wrong with it. */
export function readDemoInput({
  file,
  clusters,
  provider,
}: Pick<DemoOptions, 'file' | 'clusters' | 'provider'>): DemoInput {
  if (provider !== 'memory') {
    throw new InputError([
      {
        where: `--provider ${provider}`,
        what: 'this build has in-memory clusters only',
        todo: 'Leave the option out, or say --provider memory.',
      },
    ])
  }
  if (file === undefined) {
    const count = clusters ?? defaultClusters
    return assemble(generatedNames(count).map(generatedCluster), generatedMirrorPeers(count), [])
  }
  return demoInputOf(file, readText(file), clusters)
}

/** The same from a file's text. */
export function demoInputOf(file: string, text: string, clusters: number | undefined): DemoInput {
  const objects = yamlObjects(file, text)
  const managedClusters = objects.filter(({ value }) => value['kind'] === kinds.ManagedCluster.kind)
  const mirrorPeers = objects.filter(({ value }) => value['kind'] === kinds.MirrorPeer.kind)
  const others = objects.filter((one) => !managedClusters.includes(one) && !mirrorPeers.includes(one))
  const named = managedClusters.map((one) => one.value as unknown as KubeObject)
  const generated =
    named.length === 0 || clusters !== undefined ? generatedNames(clusters ?? defaultClusters) : []
  const known = [
    ...named,
    ...generated.filter((name) => !named.some((one) => one.metadata.name === name)).map(generatedCluster),
  ]

  const problems = [
    ...duplicates(objects),
    ...managedClusters.flatMap((one) => apiVersionProblems(one, kinds.ManagedCluster)),
    ...mirrorPeers.flatMap((one) => apiVersionProblems(one, kinds.MirrorPeer)),
    ...mirrorPeers.flatMap((one) => mirrorPeerProblems(one, known.map(nameOf))),
  ]
  if (mirrorPeers.length === 0) {
    problems.push({
      where: file,
      what: 'there is no MirrorPeer in it',
      todo: 'Add one; examples/mirrorpeer.yaml shows how.',
    })
  }
  if (problems.length > 0) throw new InputError(problems)
  return assemble(
    known,
    mirrorPeers.map((one) => one.value as unknown as MirrorPeer),
    others.map((one) => one.value as unknown as KubeObject),
  )
}

function assemble(
  managedClusters: readonly KubeObject[],
  given: readonly MirrorPeer[],
  others: readonly KubeObject[],
): DemoInput {
  const mirrorPeers = given
    .map((one) => defaultMirrorPeer(one))
    .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
  const spokes = managedClusters.map((managedCluster): Spoke => {
    const name = nameOf(managedCluster)
    const storageClusters = new Map<string, StorageClusterRef>()
    for (const { clusterName, storageClusterRef } of mirrorPeers.flatMap(({ spec }) => spec.items)) {
      if (clusterName === name)
        storageClusters.set(`${storageClusterRef.namespace}/${storageClusterRef.name}`, storageClusterRef)
    }
    return { name, managedCluster, storageClusters: [...storageClusters.values()] }
  })
  return { spokes, mirrorPeers, others }
}

function duplicates(objects: readonly YamlObject[]): Problem[] {
  const seen = new Map<string, string>()
  return objects.flatMap((one) => {
    const { kind, metadata } = one.value as unknown as KubeObject
    const name = `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`
    const first = seen.get(name)
    if (first === undefined) {
      seen.set(name, one.where('metadata.name'))
      return []
    }
    return [
      {
        where: one.where('metadata.name'),
        what: `${name} is there twice, first at ${first}`,
        todo: 'Rename or remove one of them.',
      },
    ]
  })
}

function apiVersionProblems({ value, where }: YamlObject, kind: Kind): Problem[] {
  const wanted = apiVersionOf(kind)
  if (value['apiVersion'] === wanted) return []
  return [
    {
      where: where('apiVersion'),
      what: `a ${kind.kind} of ${String(value['apiVersion'])} is not known`,
      todo: `Write apiVersion: ${wanted}`,
    },
  ]
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new InputError([
      { where: file, what: `cannot be read (${code})`, todo: 'Give --file the path of a YAML file.' },
    ])
  }
}

const nameOf = ({ metadata }: KubeObject): string => metadata.name ?? ''
