import type { ClusterSource } from '../input/cluster-source.ts'

/** What a person has to know before the demo touches clusters of theirs; nothing for others. */
export function existingNotice(source: ClusterSource): string {
  if (source.provider !== 'existing') return ''
  const clusters = Object.entries(source.contexts).map(
    ([name, context]) => `  ${name.padEnd(12)}  context ${context}`,
  )
  return `These clusters of ${source.kubeconfig} are used, as the administrator that each context names:
${clusters.join('\n')}
The demo plays Open Cluster Management, storage, Ramen and a kubelet on them: it installs the definitions that are
missing, creates namespaces, roles, secrets and storage classes, and runs the services on this machine. A cluster that
has such objects of its own is refused before anything is changed. At its end, also by Ctrl-C or when it is killed, the
demo removes what it has created, and the definitions that it has installed with all objects of their kinds.
`
}
