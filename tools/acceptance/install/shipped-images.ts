import path from 'node:path'
import { contract, type Deployment } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { ImageProgram } from '@odfmo/testkit'
import { root } from '../../command/root.ts'
import { tether } from '../managed-cluster.ts'

/** The images that manifests name: those that run on the hub, and those of the agent. */
export interface ShippedImages {
  readonly hub: readonly string[]
  readonly agent: readonly string[]
}

export const imagesIn = (objects: readonly KubeObject[]): ShippedImages => {
  const containers = objects
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap((object) => (object as Deployment).spec?.template.spec.containers ?? [])
  return {
    hub: containers.flatMap(({ image }) => image ?? []),
    agent: containers.flatMap(({ env = [] }) =>
      env.flatMap(({ name, value }) => (name === contract.env.tokenExchangeImage ? (value ?? []) : [])),
    ),
  }
}

type Ports = Parameters<NonNullable<ImageProgram['args']>>[0]['ports']

/** All containers share this host: each gets free ports in place of those that it declares. */
const portFlags = (service: string, ports: Ports): readonly string[] => {
  const at = (containerPort: number): string => `127.0.0.1:${ports.get(containerPort) ?? 0}`
  return [
    `--metrics-bind-address=${at(8080)}`,
    `--health-probe-bind-address=${at(8081)}`,
    ...(service === 'webhook' ? ['--host=127.0.0.1', `--port=${ports.get(contract.webhook.port) ?? 0}`] : []),
  ]
}

/** What stands for an image, `example.com/odfmo/webhook:1.2.3`: the service of that name, from its bundle. */
export const programOf = (image: string): ImageProgram => {
  const service = /([^/:@]+)(?:[:@][^/]*)?$/.exec(image)?.[1] ?? ''
  const program = path.join(root, 'packages', service, 'dist/main.js')
  return {
    command: [process.execPath, '--import', tether, program],
    args: ({ ports }) => portFlags(service, ports),
  }
}
