import type { KubeObject } from '@odfmo/testkit'

/** What the services call themselves where they do not use their user agent. */
const fieldManagers = new Set(['hub', 'token-exchange-agent'])

/** Whether a program of this repository wrote it: on clusters of others, nothing else is the demo's business. */
export function isOurs({ metadata: { managedFields = [] } }: KubeObject): boolean {
  return managedFields.some((entry) => {
    const manager = typeof entry === 'object' && entry !== null && 'manager' in entry ? entry.manager : ''
    return typeof manager === 'string' && (manager.startsWith('odfmo-') || fieldManagers.has(manager))
  })
}

/** `secrets openshift-storage/name`, for a table of a snapshot (`group/plural`). */
export function objectText(table: string, { metadata: { namespace, name } }: KubeObject): string {
  const resource = table.split('/')[1] ?? table
  return `${resource} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}
