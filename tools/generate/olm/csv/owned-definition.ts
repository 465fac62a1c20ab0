import { kinds, mirrorPeerCrd, type JsonSchemaProps } from '@odfmo/api-types'
import type { Kind } from '@odfmo/api-types/meta'

/** A field of a form or a page of OpenShift's console. */
export interface Descriptor {
  /** `items[0].clusterName`, below `spec` or `status`. */
  readonly path: string
  readonly displayName: string
  readonly description?: string
  readonly 'x-descriptors'?: readonly string[]
}

/** operators.coreos.com/v1alpha1 CRDDescription. */
export interface OwnedDefinition {
  readonly name: string
  readonly version: string
  readonly kind: string
  readonly displayName: string
  readonly description: string
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly version: string }[]
  readonly specDescriptors: readonly Descriptor[]
  readonly statusDescriptors: readonly Descriptor[]
}

const ui = 'urn:alm:descriptor:com.tectonic.ui:'

/** What the console knows to show in a way of its own. */
const wellKnown: Readonly<Record<string, string>> = {
  phase: 'urn:alm:descriptor:io.kubernetes.phase',
  conditions: 'urn:alm:descriptor:io.kubernetes.conditions',
}

/** Which widgets a field is given. */
const widgets = (name: string, { type, enum: values }: JsonSchemaProps): readonly string[] => {
  const known = wellKnown[name]
  if (known !== undefined) return [known]
  if (values !== undefined) return values.map((value) => `${ui}select:${String(value)}`)
  switch (type) {
    case 'boolean':
      return [`${ui}booleanSwitch`]
    case 'integer':
      return [`${ui}number`]
    case 'string':
      return [`${ui}text`]
    default:
      return []
  }
}

/** `schedulingIntervals` → `Scheduling intervals` */
const words = (name: string): string =>
  name
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .replaceAll(/[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase())
    .replace(/^./, (letter) => letter.toUpperCase())

/** A field and, where it is an object, what is in it. */
const descriptorsOf = (path: string, name: string, schema: JsonSchemaProps): readonly Descriptor[] => {
  const of = widgets(name, schema)
  const own: Descriptor = {
    path,
    displayName: words(name),
    ...(schema.description === undefined ? {} : { description: schema.description }),
    ...(of.length === 0 ? {} : { 'x-descriptors': of }),
  }
  return [own, ...childrenOf(`${path}.`, schema)]
}

const childrenOf = (prefix: string, { properties = {} }: JsonSchemaProps): readonly Descriptor[] =>
  Object.entries(properties).flatMap(([name, schema]) => descriptorsOf(`${prefix}${name}`, name, schema))

const [version] = mirrorPeerCrd.spec.versions
const { spec = {}, status = {} } = version?.schema?.openAPIV3Schema?.properties ?? {}

/** Of the elements of a list the two of `items` are shown, which has exactly two. */
const itemDescriptors = [0, 1].flatMap((at) =>
  childrenOf(`items[${at}].`, spec.properties?.['items']?.items ?? {}),
)

const resource = ({ group, version: apiVersion, kind, plural }: Kind) => ({
  name: group === '' ? '' : `${plural}.${group}`,
  kind,
  version: apiVersion,
})

/** MirrorPeer, with its fields as its definition has them. */
export const ownedDefinition: OwnedDefinition = {
  name: mirrorPeerCrd.metadata.name ?? '',
  version: kinds.MirrorPeer.version,
  kind: kinds.MirrorPeer.kind,
  displayName: 'Mirror Peer',
  description: version?.schema?.openAPIV3Schema?.description ?? '',
  resources: [kinds.ManagedClusterAddOn, kinds.DRCluster, kinds.Secret].map(resource),
  specDescriptors: [...childrenOf('', spec), ...itemDescriptors],
  statusDescriptors: childrenOf('', status),
}
