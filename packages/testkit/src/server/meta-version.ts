/** The JSON of a table or of metadata, all parts of it in the version of meta.k8s.io that was asked for: v1 when undefined. */
export const inMetaVersion = (version: 'v1beta1' | undefined, value: object): string =>
  version === undefined
    ? JSON.stringify(value)
    : JSON.stringify(value, (key, field: unknown) =>
        key === 'apiVersion' && field === 'meta.k8s.io/v1' ? `meta.k8s.io/${version}` : field,
      )
