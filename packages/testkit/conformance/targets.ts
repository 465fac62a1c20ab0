import { recordedKubectl } from './kubectl/recorded-kubectl.ts'
import { startControlPlane } from '../src/control-plane/start-control-plane.ts'
import { useExisting } from '../src/existing/use-existing.ts'
import { startCluster } from '../src/start-cluster.ts'
import type { ConformanceOptions } from './options.ts'
import type { Target } from './target.ts'

/** Starts, or finds, the server of each provider that was asked for. */
export const targetOf: Readonly<
  Record<Target['provider'], (options: ConformanceOptions) => Promise<Target>>
> = {
  async memory() {
    const cluster = await startCluster({ name: 'conformance' })
    return {
      provider: 'memory',
      givesCertificates: true,
      url: cluster.url,
      kubectl: recordedKubectl(),
      kubeconfig: (identity) => cluster.kubeconfig(identity),
      // async: as every other provider's
      compact: async () => cluster.faults.compactHistory(),
      stop: () => cluster.stop(),
    }
  },
  async 'control-plane'() {
    const controlPlane = await startControlPlane({ clusters: ['conformance'] })
    const cluster = controlPlane.cluster('conformance')
    return {
      provider: 'control-plane',
      givesCertificates: true,
      url: cluster.url,
      kubectl: recordedKubectl(),
      kubeconfig: (identity) => cluster.kubeconfig(identity),
      compact: () => cluster.compact(),
      stop: () => controlPlane.stop(),
    }
  },
  async existing({ kubeconfig = '', context = '' }) {
    const existing = await useExisting({ kubeconfig, contexts: { conformance: context } })
    const cluster = existing.cluster('conformance')
    return {
      provider: 'existing',
      givesCertificates: false,
      url: cluster.url,
      // its sessions are of an administrator who comes by certificate
      kubectl: undefined,
      kubeconfig: (identity) => cluster.kubeconfig(identity),
      stop: () => existing.stop(),
    }
  },
}
