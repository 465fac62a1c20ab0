import type { ArrivedWrite } from '../faults/interceptor.ts'
import type { CrashWrite } from './crash-report.ts'

/** What tells no state, or is none: Events, Leases, questions about rights, tokens. */
const uncounted = new Set([
  'events',
  'events.events.k8s.io',
  'leases.coordination.k8s.io',
  'localsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectreviews.authentication.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
  'serviceaccounts/token',
  'subjectaccessreviews.authorization.k8s.io',
  'tokenreviews.authentication.k8s.io',
])

export const isUsualWrite = ({ resource }: ArrivedWrite): boolean => !uncounted.has(resource)

const objectText = ({ verb, resource, namespace, name }: ArrivedWrite): string => {
  const key = name === '' ? '*' : name
  return `${verb} ${resource} ${namespace === '' ? key : `${namespace}/${key}`}`
}

/** The writes of one run as they come, each with the number of its kind. */
export class WritesOfARun {
  readonly all: CrashWrite[] = []
  readonly #counts = new Map<string, number>()
  readonly #namesClusters: boolean

  constructor(clusterCount: number) {
    this.#namesClusters = clusterCount > 1
  }

  /** Adds a write, before it has an effect. */
  add(cluster: string, write: ArrivedWrite): CrashWrite {
    const object = (this.#namesClusters ? `${cluster}: ` : '') + objectText(write)
    const occurrence = (this.#counts.get(object) ?? 0) + 1
    this.#counts.set(object, occurrence)
    const { verb, resource, namespace, name } = write
    const text = occurrence === 1 ? object : `${object} #${occurrence}`
    const index = this.all.length + 1
    const added = { index, text, cluster, verb, resource, namespace, name, occurrence }
    this.all.push(added)
    return added
  }
}
