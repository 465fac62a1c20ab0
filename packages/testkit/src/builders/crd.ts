import { kinds } from '@odfmo/api-types'
import type { CustomResourceDefinition, JsonSchemaProps, PrinterColumn } from '@odfmo/api-types'
import { checkFields, checkWord, refuseOption } from '../check-option.ts'
import { isJsonObject } from '../kube-object.ts'
import { typed } from './typed.ts'

/** What is to be known of a kind of one's own; only its name must be said. */
export interface CrdOptions {
  /** `Widget` */
  readonly kind: string
  /** `example.com` when absent. */
  readonly group?: string
  /** The kind in lower case, with an `s`, when absent. */
  readonly plural?: string
  readonly shortNames?: readonly string[]
  /** `v1` when absent. */
  readonly version?: string
  /** `Namespaced` when absent. */
  readonly scope?: 'Cluster' | 'Namespaced'
  /** Schema of the spec; anything goes when absent. */
  readonly spec?: JsonSchemaProps
  /** Schema of the status; anything goes when absent. The subresource is there in any case. */
  readonly status?: JsonSchemaProps
  readonly columns?: readonly PrinterColumn[]
}

const anything: JsonSchemaProps = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

const fields = ['kind', 'group', 'plural', 'shortNames', 'version', 'scope', 'spec', 'status', 'columns']

const checkOptions = (options: CrdOptions): void => {
  checkFields('crd', options, fields)
  const { kind, scope, shortNames = [], columns = [] } = options
  if (typeof kind !== 'string' || kind === '') refuseOption('crd: kind', 'a name like Widget', kind)
  checkWord('crd: scope', scope, ['Cluster', 'Namespaced'])
  for (const field of ['spec', 'status'] as const)
    if (options[field] !== undefined && !isJsonObject(options[field]))
      refuseOption(`crd: ${field}`, 'a schema, like { type: "object" }', options[field])
  if (!Array.isArray(shortNames)) refuseOption('crd: shortNames', 'a list of names', shortNames)
  if (!Array.isArray(columns)) refuseOption('crd: columns', 'a list', columns)
}

/** A CustomResourceDefinition of one version with a status subresource. Throws TypeError for wrong options. */
export const crd = (options: CrdOptions): CustomResourceDefinition => {
  checkOptions(options)
  const { kind, group = 'example.com', version = 'v1', scope = 'Namespaced', columns } = options
  const plural = options.plural ?? `${kind.toLowerCase()}s`
  return {
    ...typed(kinds.CustomResourceDefinition),
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: {
        kind,
        plural,
        singular: kind.toLowerCase(),
        listKind: `${kind}List`,
        ...(options.shortNames === undefined ? {} : { shortNames: options.shortNames }),
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: options.spec ?? anything, status: options.status ?? anything },
            },
          },
          ...(columns === undefined ? {} : { additionalPrinterColumns: columns }),
        },
      ],
    },
  }
}
