import type { V1Condition, V1ObjectMeta } from '@kubernetes/client-node'

export const group = 'web.example.com'
export const finalizer = 'web.example.com/directory'
/** Where every site is listed, by `namespace.name`. */
export const directory = { namespace: 'site-system', name: 'directory' }

export interface Site {
  apiVersion?: string
  kind?: string
  metadata?: V1ObjectMeta
  spec: { title: string; theme?: string; publishAfter?: string }
  status?: { conditions?: V1Condition[] }
}

/** What the site's ConfigMap says. */
export const pagesOf = ({ spec }: Site): Record<string, string> => ({
  'index.html': `<html class="${spec.theme ?? 'plain'}"><h1>${spec.title}</h1></html>`,
})
