import type { Answer } from '../../answer.ts'
import type { CaseApi } from '../../case-api.ts'

/** Applies a configuration on behalf of a manager; `more` is added to the query. */
export const apply = (
  api: CaseApi,
  path: string,
  manager: string,
  config: unknown,
  more = '',
): Promise<Answer> => api.patch(`${path}?fieldManager=${manager}${more}`, 'apply', config)

export const force = '&force=true'

export const configMap = (data?: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...metadata },
  ...(data === undefined ? {} : { data }),
})

/** A pod that nobody runs. */
export const pod = (spec: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', ...metadata },
  spec: { automountServiceAccountToken: false, ...spec },
})

/** A service without an address, so that it has nothing of its server's. */
export const service = (spec: object, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'a', ...metadata },
  spec: { clusterIP: 'None', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', ...spec },
})

// oxlint-disable-next-line typescript/no-explicit-any -- bodies are loosely typed here
export const managersOf = ({ body }: Answer): any[] => body.metadata.managedFields ?? []
