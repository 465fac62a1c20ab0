/** Where the objects of the benchmark are. */
export const collectionPath = '/api/v1/namespaces/default/configmaps'

export const objectPath = (index: number): string => `${collectionPath}/object-${index}`

/** With the metadata that a server adds about 1 KiB. */
const text = 'x'.repeat(700)

/** The body that creates an object, or replaces it by another version of it. */
export const objectText = (index: number, version = 0): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name: `object-${index}` },
    data: { text: `${text}${version}` },
  })
