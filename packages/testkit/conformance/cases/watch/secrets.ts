import type { Answer } from '../../answer.ts'
import type { CaseApi } from '../../case-api.ts'

export const secret = (name: string, labels?: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, ...(labels === undefined ? {} : { labels }) },
})

/** A new Secret: nobody else makes any in a case's namespace. */
export const write = async (
  api: CaseApi,
  name: string,
  labels?: Readonly<Record<string, string>>,
): Promise<Answer> => (await api.post(api.in('secrets'), secret(name, labels))).is(201)

/** The resourceVersion of an object or a list. */
export const version = ({ body }: Answer): string => body.metadata.resourceVersion
