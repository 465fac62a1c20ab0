import type { Kind } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../access/cluster-client.ts'
import { isNotFound } from '../access/cluster-error.ts'
import type { KindRef } from '../cluster.ts'
import { fewAtATime } from './few-at-a-time.ts'
import { isJsonObject, listAt, textAt } from '../kube-object.ts'

/** A resource as discovery tells it. */
export interface ServedKind extends Kind {
  readonly hasStatus: boolean
  readonly isListable: boolean
}

/** What a server serves. Kinds once found are remembered; what is missing is looked for again each time. */
export class Discovery {
  readonly #client: ClusterClient
  readonly #known = new Map<string, ServedKind>()

  constructor(client: ClusterClient) {
    this.#client = client
  }

  /** Throws when no such kind is served. */
  async find({ apiVersion, kind }: KindRef): Promise<ServedKind> {
    const known = this.#known.get(`${apiVersion} ${kind}`)
    if (known !== undefined) return known
    const found = (await this.version(apiVersion)).find((served) => served.kind === kind)
    if (found === undefined)
      throw new Error(
        `no resource of ${apiVersion} ${kind} is served; is its CustomResourceDefinition installed?`,
      )
    this.#known.set(`${apiVersion} ${kind}`, found)
    return found
  }

  /** The kinds of one version of a group: `v1`, `apps/v1`; none when it is not served. */
  async version(apiVersion: string): Promise<readonly ServedKind[]> {
    const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
    let list: unknown
    try {
      list = await this.#client.raw(group === '' ? `/api/${version}` : `/apis/${group}/${version}`)
    } catch (error) {
      if (isNotFound(error)) return []
      throw error
    }
    const resources = listAt(list, 'resources').filter(isJsonObject)
    const names = new Set(resources.map(({ name }) => name))
    return resources
      .filter(({ name }) => typeof name === 'string' && !name.includes('/'))
      .map((resource) => ({
        group,
        version,
        kind: textAt(resource, 'kind'),
        plural: textAt(resource, 'name'),
        namespaced: resource['namespaced'] === true,
        hasStatus: names.has(`${textAt(resource, 'name')}/status`),
        isListable: listAt(resource, 'verbs').includes('list'),
      }))
  }

  /** Every kind once, in the version that its group prefers. */
  async all(): Promise<readonly ServedKind[]> {
    const groups = listAt(await this.#client.raw('/apis'), 'groups')
    const versions = groups.map((group) => {
      const preferred = textAt(group, 'preferredVersion', 'groupVersion')
      const others = listAt(group, 'versions').map((version) => textAt(version, 'groupVersion'))
      return [preferred, ...others.filter((version) => version !== preferred)]
    })
    const found = await fewAtATime(['v1', ...versions.flat()], (version) => this.version(version))
    const byTable = new Map<string, ServedKind>()
    for (const served of found.flat()) {
      const table = `${served.group}/${served.plural}`
      if (!byTable.has(table)) byTable.set(table, served)
    }
    return [...byTable.values()]
  }
}
