import { ServiceProgram } from '../service-program.ts'
import { hubNamespace } from './objects.ts'

export interface HubStart {
  readonly bundle: string
  /** A file of its own in a folder of its own. */
  readonly kubeconfig: string
  readonly log: string
  /** What agents' Deployments are to run. */
  readonly agentImage?: string
}

/** Starts the hub controller as it is shipped, in a process of its own. */
export const startHubProgram = ({
  bundle,
  kubeconfig,
  log,
  agentImage = 'example.com/agent:1',
}: HubStart): Promise<ServiceProgram> =>
  ServiceProgram.start({
    name: 'the hub',
    bundle,
    log,
    args: ['--kubeconfig', kubeconfig, '--leader-elect'],
    env: { POD_NAMESPACE: hubNamespace, TOKEN_EXCHANGE_IMAGE: agentImage },
    nodeOptions: process.env['BENCH_HUB_NODE_OPTIONS'],
  })
