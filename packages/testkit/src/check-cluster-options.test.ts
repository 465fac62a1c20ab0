import { expect, it } from 'vitest'
import { startControlPlane } from './control-plane/start-control-plane.ts'
import { useExisting } from './existing/use-existing.ts'
import { startCluster } from './start-cluster.ts'
import { startTestCluster } from './start-test-cluster.ts'
import { clusterTest } from './vitest.ts'

const kubeconfig = 'apiVersion: v1\nkind: Config\n'
const wrong: Readonly<Record<string, readonly [call: (options: never) => unknown, ...[object, string][]]>> = {
  startCluster: [
    startCluster,
    [{ crd: [] }, 'expected name, clock, crds, controllers, port, historyLimit or journalLimit, got "crd"'],
    [{ crds: 'crd' }, 'crds: expected a list of objects, files and folders, got "crd"'],
    [{ crds: [1] }, 'crds: expected a list of objects, files and folders, got 1'],
    [{ controllers: true }, 'controllers: expected false or an object, got true'],
    [{ controllers: { garbage: false } }, 'or volumeProtection, got "garbage"'],
    [{ controllers: { namespaces: 'no' } }, 'controllers.namespaces: expected true or false, got "no"'],
    [{ name: '' }, 'name: expected a name, got ""'],
    [{ clock: { now: 0 } }, 'clock: expected a clock, like manualClock(), got [object Object]'],
    [{ port: 65_536 }, 'port: expected a whole number from 0 to 65535, got 65536'],
    [{ historyLimit: Number.NaN }, 'historyLimit: expected a whole number from 0, got NaN'],
    [{ journalLimit: -1 }, 'journalLimit: expected a whole number from 0, got -1'],
  ],
  startTestCluster: [
    startTestCluster,
    [{ historyLimit: 1 }, 'expected name, crds or controllers, got "historyLimit"'],
    [{ crds: 'crd' }, 'crds: expected a list of objects, files and folders, got "crd"'],
    [{ controllers: {} }, 'controllers: expected true or false, got [object Object]'],
    [{ name: 1 }, 'name: expected a name, got 1'],
  ],
  startControlPlane: [
    startControlPlane,
    [{}, 'clusters: expected a list of names, got undefined'],
    [{ clusters: 'hub' }, 'clusters: expected a list of names, got "hub"'],
    [{ clusters: ['hub'], controller: false }, 'or startTimeoutMs, got "controller"'],
    [{ clusters: ['hub'], controllers: 'no' }, 'controllers: expected true or false, got "no"'],
    [{ clusters: [{ name: 'hub', crd: [] }] }, 'clusters[0]: expected name or crds, got "crd"'],
    [{ clusters: ['hub'], startTimeoutMs: Number.NaN }, 'expected a number of milliseconds above 0, got NaN'],
  ],
  useExisting: [
    useExisting,
    [{ kubeconfig, context: 'lab' }, 'expected kubeconfig or contexts, got "context"'],
    [{ contexts: {} }, 'kubeconfig: expected YAML or a path, got undefined'],
    [{ kubeconfig, contexts: 'lab' }, 'contexts: expected an object like { hub: "CONTEXT" }, got "lab"'],
    [{ kubeconfig, contexts: { hub: 1 } }, 'contexts.hub: expected a name, got 1'],
  ],
  clusterTest: [
    clusterTest,
    [{ object: [] }, 'or isolation, got "object"'],
    [{ objects: 'a' }, 'objects: expected a list of objects, files and folders, got "a"'],
    [
      { clusters: 'hub' },
      'clusters: expected a list of names, or an object with one for each name, got "hub"',
    ],
    [{ clusters: { hub: { crd: [] } } }, 'clusters.hub: expected crds or objects, got "crd"'],
    [{ clusters: { hub: { crds: 'a' } } }, 'clusters.hub.crds: expected a list of objects'],
    [{ per: 'suite' }, 'per: expected file or test, got "suite"'],
    [{ isolation: true }, 'isolation: expected restore, namespace or none, got true'],
    [{ provider: 'kind' }, 'provider: expected memory or environment, got "kind"'],
    [{ controllers: {} }, 'controllers: expected true or false'],
  ],
}
const cases = Object.entries(wrong).flatMap(([name, [call, ...options]]) =>
  options.map(([given, message]) => ({ name, call, given, message })),
)

it.each(cases)('$name refuses $given', async ({ name, call, given, message }) => {
  const called = async (): Promise<unknown> => call(given as never)
  const error = await called().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(TypeError)
  expect(String(error)).toContain(`TypeError: ${name}: `)
  expect(String(error)).toContain(message)
})
