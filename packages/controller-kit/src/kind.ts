import type { Kind, KubeObject } from '@odfmo/api-types/meta'

/** RFC 1035, which holds for versions, plurals and (but for their case) kinds. */
const label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
/** RFC 1123. */
const groupName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/**
 * A kind as the API server names it; `T` says what its objects look like, as far as the caller reads them.
 *
 * `kind<Pod>('v1', 'Pod', 'pods')`, `kind<Widget>('example.com/v1', 'Widget', 'widgets')`.
 *
 * @param apiVersion - as in a manifest: `v1` for the core group, else `group/version`
 * @param name - CamelCase, as in a manifest
 * @param plural - the resource's name in URLs (`kubectl api-resources` lists it), in lower case. One that the server does
 *   not serve is no error: it counts as empty, which the log and `/readyz?verbose` say
 * @throws TypeError when one of them cannot be what it is to be: an `apiVersion` of neither form, an upper-case plural
 */
export const kind = <T extends KubeObject = KubeObject>(
  apiVersion: string,
  name: string,
  plural: string,
  scope: 'Namespaced' | 'Cluster' = 'Namespaced',
): Kind<T> => {
  const [version = '', group = '', ...more] = apiVersion.split('/').toReversed()
  const isGroup = apiVersion.includes('/') ? groupName.test(group) : true
  if (!label.test(version) || !isGroup || more.length > 0)
    throw new TypeError(`kind ${name}: expected an apiVersion like v1 or apps/v1, got "${apiVersion}"`)
  if (!label.test(name.toLowerCase()))
    throw new TypeError(`kind of ${apiVersion}: expected a name like ConfigMap, got "${name}"`)
  if (!label.test(plural))
    throw new TypeError(`kind ${name}: expected a plural like configmaps, as URLs have it, got "${plural}"`)
  return {
    group,
    version,
    kind: name,
    plural,
    namespaced: scope === 'Namespaced',
  }
}
