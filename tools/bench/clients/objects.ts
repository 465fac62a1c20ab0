/** How many objects there are; `object-N` in `namespace-(N % 100)`. */
export const objectCount = 10_000

/** Versions of the first list are below, those of later changes above. */
export const listedVersion = 100_000

/** 56 characters that no two objects, fields or versions share, as hashes and certificates in real objects do not. */
const filling = (index: number, field: number, version: number): string => {
  let seed = (index * 31 + field * 1_000_003 + version * 7919) | 1
  let text = ''
  for (let i = 0; i < 7; i++) {
    seed = (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0
    text += (seed >>> 0).toString(16).padStart(8, '0')
  }
  return text
}

/**
 * A ConfigMap of about 1 KiB as JSON, managedFields included: with its type as in a watch, without as in a list.
 * A new version has another value in one of its fields.
 */
export const objectText = (index: number, version: number, typed: boolean): string => {
  const data: Record<string, string> = {}
  for (let field = 0; field < 8; field++)
    data[`field-${field}`] = filling(index, field, field === 0 ? version : 0)
  return JSON.stringify({
    ...(typed ? { kind: 'ConfigMap', apiVersion: 'v1' } : {}),
    metadata: {
      name: `object-${index}`,
      namespace: `namespace-${index % 100}`,
      uid: `6b9df4a4-31a7-4f4e-9c55-${String(index).padStart(12, '0')}`,
      resourceVersion: String(version),
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { 'app.kubernetes.io/name': `app-${index % 10}`, 'bench/index': String(index) },
      managedFields: [
        {
          manager: 'bench',
          operation: 'Update',
          apiVersion: 'v1',
          time: '2026-01-01T00:00:00Z',
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:data': { '.': {}, 'f:field-0': {}, 'f:field-1': {} } },
        },
      ],
    },
    data,
  })
}

/** One line of a watch. */
export const eventText = (type: 'ADDED' | 'MODIFIED', index: number, version: number): string =>
  `{"type":"${type}","object":${objectText(index, version, true)}}\n`

/** What carries a version and nothing else; `endsList` when all objects of a list have been sent before it. */
export const bookmarkText = (version: number, endsList: boolean): string => {
  const annotations = endsList ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}
  const metadata = { resourceVersion: String(version), creationTimestamp: null, ...annotations }
  return `${JSON.stringify({ type: 'BOOKMARK', object: { kind: 'ConfigMap', apiVersion: 'v1', metadata } })}\n`
}
