import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { agentPolicies, mirrorPeerCrd } from '@odfmo/api-types'
import type { KubeObject } from '@odfmo/api-types/meta'
import type { ImageProgram } from '@odfmo/testkit'
import { root } from '../../command/root.ts'
import { shippedRights } from '../../demo/world/hub-controller.ts'
import { readRelease, type ServiceName } from '../../previous/release-file.ts'
import { tether } from '../managed-cluster.ts'

/** A version of the services, ready to run. */
export interface Release {
  /** Paths of the bundles. */
  readonly programs: Readonly<Record<ServiceName, string>>
  /** What is applied on the hub before its hub controller starts. */
  readonly objects: readonly KubeObject[]
  /** What its hub controller is told to bring to the spokes. */
  readonly agentImage: string
}

/** The version of this checkout. */
export const thisRelease: Release = {
  programs: {
    'hub-controller': path.join(root, 'packages/hub-controller/dist/main.js'),
    'token-exchange-agent': path.join(root, 'packages/token-exchange-agent/dist/main.js'),
  },
  objects: [mirrorPeerCrd, ...shippedRights().objects, ...agentPolicies],
  agentImage: 'example.com/odfmo/token-exchange-agent:this',
}

/** The version before, from what is kept of it (previous/README.md); its programs are put into the folder. */
export const previousRelease = (folder: string): Release => {
  const { programs, objects } = readRelease()
  const unpacked = (service: ServiceName): string => {
    const file = path.join(folder, 'previous', `${service}.mjs`)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, programs[service])
    return file
  }
  return {
    programs: {
      'hub-controller': unpacked('hub-controller'),
      'token-exchange-agent': unpacked('token-exchange-agent'),
    },
    objects,
    agentImage: 'example.com/odfmo/token-exchange-agent:previous',
  }
}

/** By the machine's clock: nobody who waits for a turn loses a lock, and who waits for one looks often. */
export const lockFlags: readonly string[] = [
  '--leader-elect-lease-duration=60s',
  '--leader-elect-renew-deadline=45s',
  '--leader-elect-retry-period=200ms',
]

/** The agent of a release as a kubelet starts it. */
export const agentProgram = ({ programs }: Pick<Release, 'programs'>): ImageProgram => ({
  command: [process.execPath, '--import', tether, programs['token-exchange-agent']],
  args: ({ port }) => [`--health-probe-bind-address=127.0.0.1:${port}`, ...lockFlags],
})
