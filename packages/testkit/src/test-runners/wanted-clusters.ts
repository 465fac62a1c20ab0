import { checkClock, checkSources, checkSwitch } from '../check-cluster-options.ts'
import { checkFields, checkWord, refuseOption } from '../check-option.ts'
import { isJsonObject } from '../kube-object.ts'
import type { ClusterOfTest, ClusterTestOptions } from './cluster-test-options.ts'

/** In a test's context it is something else. */
const reservedName = 'namespace'

const fields = ['clusters', 'crds', 'objects', 'controllers', 'clock', 'provider', 'per', 'isolation']

const checkObjects = (where: string, { crds, objects }: ClusterOfTest): void => {
  checkSources(`${where}crds`, crds)
  checkSources(`${where}objects`, objects)
}

const checkOptions = (options: ClusterTestOptions<string>): void => {
  checkFields('clusterTest', options, fields)
  checkObjects('clusterTest: ', options)
  checkSwitch('clusterTest: controllers', options.controllers)
  checkClock('clusterTest: clock', options.clock)
  checkWord('clusterTest: provider', options.provider, ['memory', 'environment'])
  checkWord('clusterTest: per', options.per, ['file', 'test'])
  checkWord('clusterTest: isolation', options.isolation, ['restore', 'namespace', 'none'])
  const { clusters = [] } = options
  if (!Array.isArray(clusters) && !isJsonObject(clusters))
    refuseOption('clusterTest: clusters', 'a list of names, or an object with one for each name', clusters)
}

/** The names of the clusters, and what each has of its own. Throws a TypeError for what cannot be. */
export const wantedClusters = (options: ClusterTestOptions<string>): readonly [string, ClusterOfTest][] => {
  checkOptions(options)
  const { clusters = ['cluster'] } = options
  const wanted = Array.isArray(clusters)
    ? (clusters as readonly string[]).map((name): [string, ClusterOfTest] => [name, {}])
    : Object.entries(clusters as Readonly<Record<string, ClusterOfTest>>)
  if (wanted.length === 0) throw new TypeError('clusters: expected one name or more')
  for (const [name, own] of wanted) {
    if (typeof name !== 'string' || name === '') refuseOption('clusterTest: clusters', 'names', name)
    checkFields(`clusterTest: clusters.${name}`, own, ['crds', 'objects'])
    checkObjects(`clusterTest: clusters.${name}.`, own)
  }
  if (wanted.some(([name]) => name === reservedName))
    throw new TypeError(`clusters: "${reservedName}" is the name of something else in a test`)
  return wanted
}
