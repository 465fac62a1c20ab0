import type { KubeObject } from '@odfmo/api-types/meta'
import { parse, parseAllDocuments } from 'yaml'
import type { GeneratedFile } from '../../yaml-file.ts'
import type { ClusterServiceVersion } from '../csv/cluster-service-version.ts'

/** What the generated files below a folder of `deploy/olm` say. */
export const objectsBelow = (files: readonly GeneratedFile[], folder: string): readonly KubeObject[] =>
  files
    .filter(({ file }) => file.startsWith(`deploy/olm/${folder}/`))
    .flatMap(({ text }) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject))

/** The only one of a bundle. */
export const csvIn = (files: readonly GeneratedFile[]): ClusterServiceVersion => {
  const [csv, ...more] = files.filter(({ file }) => file.endsWith('.clusterserviceversion.yaml'))
  if (csv === undefined || more.length > 0) throw new Error('not exactly one ClusterServiceVersion')
  return parse(csv.text) as ClusterServiceVersion
}

/** `Service odfmo-webhook` */
export const nameOf = ({ kind = '', metadata: { name = '' } }: KubeObject): string => `${kind} ${name}`
