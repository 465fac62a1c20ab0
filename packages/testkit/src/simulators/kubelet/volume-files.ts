import type { ConfigMap, Secret, Volume } from '@odfmo/api-types'
import { listAt, textAt } from '../../kube-object.ts'

export type VolumeFiles =
  | { readonly is: 'present'; readonly files: ReadonlyMap<string, Uint8Array> }
  /** The object, or a key that the volume names, is not there: the pod waits. */
  | { readonly is: 'missing' }

/** The files of a volume from its Secret or ConfigMap; `items` chooses and renames keys. */
export const volumeFiles = (volume: Volume, object: Secret | ConfigMap | undefined): VolumeFiles => {
  const source = volume.secret ?? volume.configMap
  const isOptional = source?.optional === true
  if (object === undefined) return isOptional ? { is: 'present', files: new Map() } : { is: 'missing' }
  const content = volume.secret === undefined ? configMapContent(object) : secretContent(object)
  const items = listAt(source, 'items')
  if (items.length === 0) return { is: 'present', files: content }
  const files = new Map<string, Uint8Array>()
  for (const item of items) {
    const value = content.get(textAt(item, 'key'))
    if (value !== undefined) files.set(textAt(item, 'path'), value)
    else if (!isOptional) return { is: 'missing' }
  }
  return { is: 'present', files }
}

const secretContent = ({ data = {} }: Secret): Map<string, Uint8Array> =>
  new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')]))

const configMapContent = ({ data = {}, binaryData = {} }: ConfigMap): Map<string, Uint8Array> =>
  new Map([
    ...Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'utf8')] as const),
    ...Object.entries(binaryData).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const),
  ])
