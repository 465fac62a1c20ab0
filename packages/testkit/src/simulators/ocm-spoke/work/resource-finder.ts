import type { Kind, KubeObject } from '@odfmo/api-types/meta'
import { isJsonObject, listAt, textAt } from '../../../kube-object.ts'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { isNotFound } from '../../access/cluster-error.ts'

/** Finds by discovery under which path objects of an apiVersion and kind are served. */
export class ResourceFinder {
  readonly #client: ClusterClient
  readonly #known = new Map<string, Kind>()

  constructor(client: ClusterClient) {
    this.#client = client
  }

  /** Undefined while the cluster does not serve the kind. */
  async find({
    apiVersion = '',
    kind = '',
  }: Pick<KubeObject, 'apiVersion' | 'kind'>): Promise<Kind | undefined> {
    const known = this.#known.get(`${apiVersion} ${kind}`)
    if (known !== undefined) return known
    for (const found of await this.#discover(apiVersion))
      this.#known.set(`${apiVersion} ${found.kind}`, found)
    return this.#known.get(`${apiVersion} ${kind}`)
  }

  /** By resource name, for what is only remembered as that. */
  async findResource(group: string, version: string, plural: string): Promise<Kind | undefined> {
    const found = await this.#discover(group === '' ? version : `${group}/${version}`)
    return found.find((kind) => kind.plural === plural)
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
