import type { Secret } from '@odfmo/api-types'
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

const folder = new URL('../../../fixtures/golden/', import.meta.url)

/** The Secrets that the original left, by file name. */
export const goldenSecrets: readonly {
  readonly file: string
  readonly cluster: string
  readonly secret: Secret
}[] = readdirSync(folder)
  .filter((file) => file.includes('__secrets__'))
  .map((file) => ({
    file,
    cluster: file.split('__')[0] ?? '',
    secret: parse(readFileSync(new URL(file, folder), 'utf8')) as Secret,
  }))

/** One of them. */
export const goldenSecret = (cluster: string, namespace: string, name: string): Secret => {
  const found = goldenSecrets.find((one) => one.file === `${cluster}__secrets__${namespace}__${name}.yaml`)
  if (found === undefined) throw new Error(`no golden secret ${cluster} ${namespace}/${name}`)
  return found.secret
}

/** What a Secret is but for what an API server adds. */
export const bare = ({ apiVersion, kind, metadata, type, data }: Secret): Secret => ({
  apiVersion,
  kind,
  metadata: { name: metadata.name, namespace: metadata.namespace, labels: metadata.labels },
  type,
  data,
})
