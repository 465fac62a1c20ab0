import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { MetricEntry } from '../reference/hub-reference.ts'
import { root } from '../command/root.ts'
import { baseNamespace } from './names.ts'

/** What the services say of themselves: their rights as they ship them, and their metrics. */
export interface ServiceFacts {
  readonly hubController: { readonly rbac: readonly KubeObject[] }
  /** `rbac` is what a self-signed webhook needs, besides its account. */
  readonly webhook: {
    readonly rbac: readonly KubeObject[]
    readonly metrics: readonly MetricEntry[]
    readonly names: {
      readonly service: string
      readonly secret: string
      readonly mutatingWebhookConfiguration: string
      readonly validatingWebhookConfiguration: string
    }
  }
}

/** Asked of processes of their own: tools start services, they do not import them. */
export async function serviceFacts(): Promise<ServiceFacts> {
  const [hubController, webhook] = await Promise.all([
    factsOf<ServiceFacts['hubController']>('hub-controller'),
    factsOf<ServiceFacts['webhook']>('webhook'),
  ])
  return { hubController, webhook }
}

async function factsOf<T>(service: string): Promise<T> {
  const flags = ['--conditions=@odfmo/source', '--disable-warning=ExperimentalWarning']
  const program = `packages/${service}/test/manifests-process.ts`
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, baseNamespace], {
    cwd: root,
  })
  return JSON.parse(stdout) as T
}
