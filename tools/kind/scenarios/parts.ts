import type { CustomResourceDefinition } from '@odfmo/api-types'
import { hubCrds, spokeCrds } from '@odfmo/testkit'

/** What can be played where it is not really there, in the order in which it is started. */
export const parts = ['ocm', 'ramen', 'storage', 'kubelet'] as const
export type Part = (typeof parts)[number]

/** What each part is called where people read it. */
export const partNames: Readonly<Record<Part, string>> = {
  ocm: 'Open Cluster Management',
  ramen: 'Ramen',
  storage: 'OpenShift Data Foundation',
  kubelet: 'a kubelet',
}

const groupsOf: Readonly<Record<Part, RegExp>> = {
  ocm: /\.open-cluster-management\.io$/,
  ramen: /^ramendr\.openshift\.io$/,
  storage:
    /^(ocs\.openshift\.io|ceph\.rook\.io|objectbucket\.io|replication\.storage\.openshift\.io|route\.openshift\.io)$/,
  kubelet: /^$/,
}

/** Kinds that say nothing about storage: clusters of some vendors have such objects anyway. */
const harmless = /^route\.openshift\.io$/

/** Whether objects of this API group are what the part plays. */
export const plays = (part: Part, group: string): boolean =>
  groupsOf[part].test(group) && group !== '' && !harmless.test(group)

/** The definitions that the played parts need on a hub or on a spoke. */
export const definitionsFor = (
  role: 'hub' | 'spoke',
  played: readonly Part[],
): readonly CustomResourceDefinition[] =>
  (role === 'hub' ? hubCrds : spokeCrds).filter(({ spec: { group } }) =>
    played.some((part) => groupsOf[part].test(group)),
  )
