import { parseMirrorPeer, type DefaultedMirrorPeer, type PeerRef } from '@odfmo/api-types'
import type { Problem } from './problem.ts'
import type { YamlObject } from './yaml-objects.ts'

export interface MirrorPeerFindings {
  /** With all defaults filled in; undefined when it is none. */
  readonly mirrorPeer: DefaultedMirrorPeer | undefined
  readonly problems: readonly Problem[]
  /** What is accepted, but looks like a mistake; a line each. */
  readonly warnings: readonly string[]
}

/** RFC 1123 subdomain: what the API server asks of the name of a custom resource. */
const objectName = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/

/** What a MirrorPeer in a file must be put right in: the rules of the webhook, and what this demo can play. */
export function mirrorPeerFindings(
  { value, where }: YamlObject,
  clusters: readonly string[],
): MirrorPeerFindings {
  const parsed = parseMirrorPeer(value)
  const warnings = parsed.warnings.map(({ path, message }) => `${where(path)}: ${path}: ${message}`)
  if (!parsed.ok) {
    // Their messages say what to do themselves.
    const problems = parsed.problems.map(({ path, message }) => ({
      where: where(path),
      what: path === '' ? message : `${path}: ${message}`,
    }))
    return { mirrorPeer: undefined, problems, warnings }
  }
  const { items, type } = parsed.mirrorPeer.spec
  const problems = items.flatMap((item, index) => unknownCluster(item, clusters, index, where))
  const { name = '' } = parsed.mirrorPeer.metadata
  if (!objectName.test(name)) {
    problems.push({
      where: where('metadata.name'),
      what: `metadata.name: "${name}" is no name that Kubernetes accepts`,
      todo: 'Use lower-case letters, digits, "-" and ".", with a letter or digit at both ends.',
    })
  }
  if (type === 'sync') {
    problems.push({
      where: where('spec.type'),
      what: 'spec.type: sync needs storage outside the clusters, which this demo does not play',
      todo: 'Use type async here.',
    })
  }
  return { mirrorPeer: parsed.mirrorPeer, problems, warnings }
}

function unknownCluster(
  { clusterName }: PeerRef,
  clusters: readonly string[],
  index: number,
  where: YamlObject['where'],
): Problem[] {
  if (clusters.includes(clusterName)) return []
  const path = `spec.items[${index}].clusterName`
  return [
    {
      where: where(path),
      what: `${path}: there is no cluster "${clusterName}"; there are ${clusters.join(', ')}`,
      todo: 'Use one of those, add a ManagedCluster of that name to the file, say --clusters N for cluster1 … clusterN, or name its context (--provider existing).',
    },
  ]
}
