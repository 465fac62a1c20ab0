import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { isJsonObject, listAt, textAt } from '../../../kube-object.ts'
import type { ClusterClient } from '../../../access/cluster-client.ts'
import { isNotFound } from '../../../access/cluster-error.ts'

/** Finds by discovery under which path objects of an apiVersion and kind are served. */
export class ResourceFinder {
  readonly #client: ClusterClient
  readonly #known = new Map<string, readonly Kind[]>()

  constructor(client: ClusterClient) {
    this.#client = client
  }

  /** Undefined while the cluster does not serve the kind. */
  async find({
    apiVersion = '',
    kind = '',
  }: Pick<KubeObject, 'apiVersion' | 'kind'>): Promise<Kind | undefined> {
    return this.#look(apiVersion, (found) => found.kind === kind)
  }

  /** By resource name, for what is only remembered as that. */
  async findResource(group: string, version: string, plural: string): Promise<Kind | undefined> {
    return this.#look(group === '' ? version : `${group}/${version}`, (found) => found.plural === plural)
  }

  /** What was found once stays; what was not is asked for again, as its CRD may have come. */
  async #look(apiVersion: string, isWanted: (kind: Kind) => boolean): Promise<Kind | undefined> {
    const known = this.#known.get(apiVersion)?.find(isWanted)
    if (known !== undefined) return known
    const found = await this.#discover(apiVersion)
    this.#known.set(apiVersion, found)
    return found.find(isWanted)
  }

  async #discover(apiVersion: string): Promise<Kind[]> {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
    try {
      const list = await this.#client.raw(group === '' ? `/api/${version}` : `/apis/${apiVersion}`)
      return listAt(list, 'resources').flatMap((resource) => {
        const plural = textAt(resource, 'name')
        if (plural.includes('/') || !isJsonObject(resource)) return []
        const namespaced = resource['namespaced'] === true
        return [
          { group: group ?? '', version: version ?? '', kind: textAt(resource, 'kind'), plural, namespaced },
        ]
      })
    } catch (error) {
      if (isNotFound(error)) return []
      throw error
    }
  }
}
