import { internalError } from '../api-error.ts'
import { isJsonObject, textAt } from '../kube-object.ts'
import type { KubeObject } from '../kube-object.ts'
import type { Resource } from '../resources/resource.ts'
import { applyDefaults } from '../schema/apply-defaults.ts'
import { DecodeError } from '../types/decode-error.ts'
import { shapedBySchema } from '../verbs/check-object.ts'
import { emptyFields } from '../verbs/object-meta.ts'

/** Types of the bodies of subresources that have their own. */
const typesOfSubresources: Readonly<Record<string, string>> = {
  eviction: 'policy.Eviction',
  scale: 'scale.Scale',
  token: 'authentication.TokenRequest',
}

const typeOf = ({ typed }: Resource, subresource: string): string | undefined =>
  typesOfSubresources[subresource] ?? typed?.name

/** What a patch of a webhook made of an object, read as its kind; throws the 500 of what cannot be read. */
export const decodedPatched = (
  resource: Resource,
  subresource: string,
  patched: Record<string, unknown>,
): KubeObject => {
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = patched
  const envelope = { apiVersion: textAt(patched, 'apiVersion'), kind: textAt(patched, 'kind') }
  const type = typeOf(resource, subresource)
  const json = resource.typed?.json ?? resource.metadataJson
  try {
    if (type !== undefined && json !== undefined) {
      const { value } = json.decode(type, { metadata, ...rest })
      const { metadata: meta, ...content } = value
      const read = { ...envelope, metadata: isJsonObject(meta) ? meta : {}, ...content }
      return resource.typed?.name === type ? shapedBySchema(resource, read) : read
    }
    const meta = isJsonObject(metadata)
      ? { ...(json?.decode('meta.ObjectMeta', metadata).value ?? metadata), ...emptyFields(metadata) }
      : {}
    const read = { ...envelope, metadata: meta, ...rest }
    // what the schema does not know is dropped when it is stored, not before others have seen it
    return resource.schema === undefined ? read : (applyDefaults(resource.schema, read) as KubeObject)
  } catch (error) {
    throw error instanceof DecodeError ? internalError(error.message) : error
  }
}
