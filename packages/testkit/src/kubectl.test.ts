import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { InMemoryCluster } from './cluster.ts'
import { findKubectl } from './control-plane/binaries.ts'
import { startCluster } from './start-cluster.ts'

/** The one of the control plane's store, or else what the machine has. */
const program = findKubectl() ?? 'kubectl'

const hasKubectl = (() => {
  try {
    execFileSync(program, ['version', '--client'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

const deployment = (image: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: app, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: a, image: "a:1"}
      - {name: b, image: "${image}"}
`

// skipped, not passed, where kubectl is not installed
describe.skipIf(!hasKubectl)('kubectl (skipped where it is not installed)', () => {
  let cluster: InMemoryCluster
  let folder = ''

  beforeAll(async () => {
    cluster = await startCluster({ name: 'test' })
    folder = mkdtempSync(join(tmpdir(), 'kubectl-'))
    writeFileSync(join(folder, 'config'), cluster.kubeconfig())
  })
  afterAll(async () => {
    await cluster.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const kubectl = (args: string, input = ''): Promise<string> =>
    new Promise((resolve) => {
      const environment = { ...process.env, KUBECONFIG: join(folder, 'config'), HOME: folder }
      const child = execFile(program, args.split(' '), { env: environment }, (_error, out, errors) =>
        resolve((out + errors).trim()),
      )
      child.stdin?.end(input)
    })

  it('creates, also what it sends as protobuf', async () => {
    expect(await kubectl('create namespace app')).toBe('namespace/app created')
    expect(await kubectl('create secret generic s -n app --from-literal=a=b')).toBe('secret/s created')
    expect(await kubectl('get secret s -n app -o jsonpath={.data.a}')).toBe('Yg==')
    expect(await kubectl('create role r -n app --verb=get --resource=secrets')).toContain('created')
    expect(await kubectl('auth can-i delete pods')).toBe('yes')
  })

  it('applies, applies again and changes', async () => {
    expect(await kubectl('apply -f -', deployment('b:1'))).toBe('deployment.apps/web created')
    expect(await kubectl('apply -f -', deployment('b:1'))).toBe('deployment.apps/web unchanged')
    expect(await kubectl('apply -f -', deployment('b:2'))).toBe('deployment.apps/web configured')
    expect(await kubectl('get deploy web -n app -o jsonpath={.spec.template.spec.containers[*].image}')).toBe(
      'a:1 b:2',
    )
    expect(await kubectl('apply -f -', deployment('b:2').replace('replicas', 'replixas'))).toContain(
      'strict decoding error: unknown field "spec.replixas"',
    )
  })

  it('patches, scales, labels and shows', async () => {
    expect(
      await kubectl(
        'patch deploy web -n app -p {"spec":{"template":{"spec":{"containers":[{"name":"a","image":"a:3"}]}}}}',
      ),
    ).toContain('patched')
    expect(await kubectl('scale deploy web -n app --replicas=3')).toContain('scaled')
    expect(await kubectl('label deploy web -n app x=y')).toContain('labeled')
    expect(
      await kubectl(
        'get deploy web -n app -o jsonpath={.spec.replicas}{.metadata.labels.x}{.spec.template.spec.containers[*].image}',
      ),
    ).toBe('3ya:3 b:2')
    expect(await kubectl('get deploy -n app')).toMatch(
      /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0\/3 +0 +0 +\d+s$/,
    )
    expect(await kubectl('describe deploy web -n app')).toMatch(/Replicas: +3 desired/)
  })

  it('explains, applies by the server and sees conflicts', async () => {
    expect(await kubectl('explain pods.spec.containers.ports')).toMatch(/containerPort\t<integer> -required-/)
    const map = (value: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: app}\ndata: {k: "${value}"}\n`
    expect(await kubectl('apply --server-side -f -', map('1'))).toBe('configmap/m serverside-applied')
    expect(await kubectl('apply --server-side --field-manager=other -f -', map('2'))).toContain(
      'conflict with "kubectl": .data.k',
    )
    expect(await kubectl('apply --server-side --field-manager=other --force-conflicts -f -', map('2'))).toBe(
      'configmap/m serverside-applied',
    )
  })

  it('waits for conditions and for deletion, and deletes', async () => {
    const crd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {plural: widgets, kind: Widget}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer, minimum: 1}}}}}}}]
`
    expect(await kubectl('apply -f -', crd)).toContain('created')
    expect(await kubectl('wait --for=condition=Established crd/widgets.example.com --timeout=5s')).toContain(
      'condition met',
    )
    expect(
      await kubectl(
        'apply -f -',
        'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 0}\n',
      ),
    ).toContain('spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1')
    expect(
      await kubectl(
        'apply -f -',
        'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 2}\n',
      ),
    ).toContain('created')
    expect(await kubectl('get widgets -o name')).toBe('widget.example.com/w')
    expect(await kubectl('delete widget w')).toContain('deleted')
    expect(await kubectl('delete namespace app')).toContain('deleted')
    expect(await kubectl('get namespace app')).toContain('namespaces "app" not found')
  })
})
