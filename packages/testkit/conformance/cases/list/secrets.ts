import type { CaseApi } from '../../case-api.ts'

export const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } })

/** Secrets of these names, one after the other; answers their versions. Nobody else makes any in a case's namespace. */
export const withSecrets = async (api: CaseApi, ...names: readonly string[]): Promise<string[]> => {
  const versions: string[] = []
  for (const name of names) {
    const answer = await api.post(api.in('secrets'), secret(name))
    versions.push(answer.is(201).body.metadata.resourceVersion)
  }
  return versions
}
