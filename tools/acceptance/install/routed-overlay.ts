import { mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { components } from '../../generate/names.ts'
import { olmServiceName } from '../../generate/olm/csv/webhook-definitions.ts'

const name = components.webhook

/**
 * A kustomization over another one, for an API server whose Services lead nowhere: the Service of the webhook becomes a
 * name for this host, at a port of it. Who is called, and for which name its certificate has to be, stays as shipped.
 */
export const routedOverlay = (kustomization: string, port: number, folder: string): string => {
  const overlay = mkdtempSync(path.join(folder, 'routed-'))
  const spec = { type: 'ExternalName', externalName: 'localhost' }
  const patch = (target: object, at: string, value: unknown): object => ({
    target,
    patch: JSON.stringify([{ op: 'replace', path: at, value }]),
  })
  // A kustomization has no webhook configurations but ours.
  const toPort = (kind: string): object => patch({ kind }, '/webhooks/0/clientConfig/service/port', port)
  const file = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [path.relative(overlay, kustomization)],
    patches: [
      // OLM gives it a name of its own.
      patch({ kind: 'Service', name: `(${name}|${olmServiceName(name)})` }, '/spec', spec),
      toPort('MutatingWebhookConfiguration'),
      toPort('ValidatingWebhookConfiguration'),
    ],
  }
  writeFileSync(path.join(overlay, 'kustomization.yaml'), stringify(file))
  return overlay
}
