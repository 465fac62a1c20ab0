import { contract } from '@odfmo/api-types'
import type { KubeObject, Snapshot } from '@odfmo/testkit'
import { parse } from 'yaml'

/** Profiles stand in the order in which their secrets came. */
const withSortedProfiles = (text: string): string => {
  const config = parse(text) as { readonly s3StoreProfiles?: readonly { readonly s3ProfileName: string }[] }
  const s3StoreProfiles = (config.s3StoreProfiles ?? []).toSorted((a, b) =>
    a.s3ProfileName.localeCompare(b.s3ProfileName),
  )
  return JSON.stringify({ ...config, s3StoreProfiles })
}

const comparableObject = (object: KubeObject): KubeObject => {
  if (object.kind === 'CertificateSigningRequest') {
    const { certificate: _signedAnew, ...status } = (object['status'] ?? {}) as Record<string, unknown>
    const { extra: _byWhichCertificate, ...spec } = (object['spec'] ?? {}) as Record<string, unknown>
    return { ...object, spec, status }
  }
  const data = object['data'] as Readonly<Record<string, string>> | undefined
  const text = data?.[contract.ramen.configKey]
  return text === undefined
    ? object
    : { ...object, data: { ...data, [contract.ramen.configKey]: withSortedProfiles(text) } }
}

/** A hub's state without what differs from one undisturbed life to the next. */
export const comparable = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  tables: Object.fromEntries(
    Object.entries(snapshot.tables).map(([table, objects]) => [table, objects.map(comparableObject)]),
  ),
})
