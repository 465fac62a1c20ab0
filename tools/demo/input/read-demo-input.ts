import { readFileSync } from 'node:fs'
import { apiVersionOf, kinds, type DefaultedMirrorPeer, type StorageClusterRef } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { DemoOptions } from '../options.ts'
import { clusterSourceOf, namesIn } from './cluster-source.ts'
import type { DemoInput, Spoke } from './demo-input.ts'
import { generatedCluster, generatedMirrorPeers, generatedNames } from './generated-input.ts'
import { mirrorPeerFindings } from './mirror-peer-problems.ts'
import { InputError, type Problem } from './problem.ts'
import { yamlObjects, type YamlObject } from './yaml-objects.ts'

const defaultClusters = 2

/** The demo's input from the file or generated. Throws InputError with everything that is wrong with it. */
export function readDemoInput(
  options: Pick<DemoOptions, 'file' | 'clusters' | 'provider' | 'kubeconfig' | 'context'>,
): DemoInput {
  const { file, clusters } = options
  const source = clusterSourceOf(options)
  const names = namesIn(source) ?? (clusters === undefined ? undefined : generatedNames(clusters))
  const input = file === undefined ? generatedInput(names) : demoInputOf(file, readText(file), names)
  if (source.provider === 'existing') requireContexts(input.spokes, Object.keys(source.contexts))
  return { source, ...input }
}

function generatedInput(names = generatedNames(defaultClusters)): Omit<DemoInput, 'source'> {
  const mirrorPeers = generatedMirrorPeers(names)
  return { spokes: spokesOf(names.map(generatedCluster), mirrorPeers), mirrorPeers, others: [], warnings: [] }
}

function requireContexts(spokes: readonly Spoke[], clusters: readonly string[]): void {
  const problems = spokes
    .filter(({ name }) => !clusters.includes(name))
    .map(({ name }) => ({
      where: '--context',
      what: `the ManagedCluster ${name} has no context`,
      todo: `Add ${name}=CONTEXT, or take the ManagedCluster out of the file.`,
    }))
  if (problems.length > 0) throw new InputError(problems)
}

/** The same from a file's text. The clusters are the file's ManagedClusters, or those named, or both. */
export function demoInputOf(
  file: string,
  text: string,
  names: readonly string[] | undefined,
): Omit<DemoInput, 'source'> {
  const objects = yamlObjects(file, text)
  const managedClusters = objects.filter(({ value }) => value.kind === kinds.ManagedCluster.kind)
  const mirrorPeers = objects.filter(({ value }) => value.kind === kinds.MirrorPeer.kind)
  const others = objects.filter((one) => !managedClusters.includes(one) && !mirrorPeers.includes(one))

  const named = managedClusters.map(({ value }) => value)
  const generated = names ?? (named.length === 0 ? generatedNames(defaultClusters) : [])
  const known = [
    ...named,
    ...generated.filter((name) => !named.some((one) => nameOf(one) === name)).map(generatedCluster),
  ]
  const findings = mirrorPeers.map((one) => mirrorPeerFindings(one, known.map(nameOf)))

  const problems = [
    ...duplicateProblems(objects),
    ...managedClusters.flatMap(managedClusterProblems),
    ...findings.flatMap((one) => one.problems),
  ]
  if (mirrorPeers.length === 0) {
    problems.push({
      where: file,
      what: 'there is no MirrorPeer in it',
      todo: 'Add one; examples/mirrorpeer.yaml shows how.',
    })
  }
  if (problems.length > 0) throw new InputError(problems)

  const sorted = findings
    .flatMap(({ mirrorPeer }) => mirrorPeer ?? [])
    .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
  return {
    spokes: spokesOf(known, sorted),
    mirrorPeers: sorted,
    others: others.map(({ value }) => value),
    warnings: findings.flatMap(({ warnings }) => warnings),
  }
}

/** A spoke per ManagedCluster, with every StorageCluster that a MirrorPeer names on it. */
function spokesOf(
  managedClusters: readonly KubeObject[],
  mirrorPeers: readonly DefaultedMirrorPeer[],
): Spoke[] {
  const items = mirrorPeers.flatMap(({ spec }) => spec.items)
  return managedClusters.map((managedCluster) => {
    const name = nameOf(managedCluster)
    const storageClusters = new Map<string, StorageClusterRef>()
    for (const { storageClusterRef: ref } of items.filter(({ clusterName }) => clusterName === name)) {
      storageClusters.set(`${ref.namespace}/${ref.name}`, ref)
    }
    return { name, managedCluster, storageClusters: [...storageClusters.values()] }
  })
}

function duplicateProblems(objects: readonly YamlObject[]): Problem[] {
  const seen = new Map<string, string>()
  return objects.flatMap(({ value: { kind, metadata }, where }) => {
    const name = `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`
    const first = seen.get(name)
    seen.set(name, first ?? where('metadata.name'))
    if (first === undefined) return []
    const what = `${name} is there twice, first at ${first}`
    return [{ where: where('metadata.name'), what, todo: 'Rename or remove one of them.' }]
  })
}

function managedClusterProblems({ value, where }: YamlObject): Problem[] {
  const problems: Problem[] = []
  const apiVersion = apiVersionOf(kinds.ManagedCluster)
  if (value.apiVersion !== apiVersion) {
    const what = `a ManagedCluster of ${value.apiVersion} is not known`
    problems.push({ where: where('apiVersion'), what, todo: `Write apiVersion: ${apiVersion}` })
  }
  const name = nameOf(value)
  if (name === 'hub' || !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    const what =
      name === 'hub'
        ? 'the name hub is taken by the hub itself'
        : `no cluster can be called ${JSON.stringify(name)}`
    const todo = 'Use another name: lower-case letters, digits and hyphens, at most 63 characters.'
    problems.push({ where: where('metadata.name'), what, todo })
  }
  return problems
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
