import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasKubectl, rendered } from '../generate/test/kubectl.ts'
import { fakedMachine, type FakedMachine, type ScriptRun } from './test/faked-machine.ts'

let machine: FakedMachine
beforeEach(() => {
  machine = fakedMachine()
})
afterEach(() => machine.remove())

const up = async (): Promise<ScriptRun> => {
  const run = await machine.run('up')
  expect([run.code, run.errors]).toEqual([0, ''])
  return run
}

/** Those calls that change something, without the options that all have. */
const changesOf = ({ calls }: ScriptRun): readonly string[] =>
  calls
    .filter((call) => !/^(\w+ (info|version)\b|kind get |kubectl .* get |\w+ image inspect )/.test(call))
    .map((call) =>
      call
        .replaceAll(machine.folder, 'FOLDER')
        .replace(/ ?--kubeconfig FOLDER\/kubeconfig/, '')
        .replaceAll(/:\d+\b/g, ':TAG'),
    )

const images = ['hub-controller', 'webhook', 'token-exchange-agent'].map((name) => `kind.local/odfmo/${name}`)

describe('fleet.sh up', () => {
  it('makes three clusters, joins two of them to the first, and installs odfmo there', async () => {
    expect(changesOf(await up())).toEqual([
      ...['hub', 'cluster1', 'cluster2'].map(
        (name) => `kind create cluster --name odfmo-${name} --wait 300s`,
      ),
      'clusteradm init --wait --context kind-odfmo-hub',
      'kubectl --context kind-odfmo-hub wait clustermanager/cluster-manager --for=condition=Applied --timeout=300s',
      ...['cluster1', 'cluster2'].flatMap((name) => [
        'clusteradm get token --context kind-odfmo-hub',
        `clusteradm join --hub-token s3cr3t --hub-apiserver https://127.0.0.1:TAG --cluster-name ${name} --force-internal-endpoint-lookup --wait --context kind-odfmo-${name}`,
      ]),
      'clusteradm accept --clusters cluster1,cluster2 --wait --context kind-odfmo-hub',
      'kubectl --context kind-odfmo-hub wait managedcluster/cluster1 managedcluster/cluster2 --for=condition=ManagedClusterConditionAvailable --timeout=300s',
      'npm run --silent images -- --engine docker --service hub-controller,webhook,token-exchange-agent --prefix kind.local/odfmo --tag built',
      ...images.map((image) => `docker tag ${image}:built ${image}:TAG`),
      ...(
        [
          ['hub', 'hub-controller'],
          ['hub', 'webhook'],
          ['cluster1', 'token-exchange-agent'],
          ['cluster2', 'token-exchange-agent'],
        ] as const
      ).flatMap(([cluster, service]) => [
        `docker save --output FOLDER/image.tar kind.local/odfmo/${service}:TAG`,
        `kind load image-archive FOLDER/image.tar --name odfmo-${cluster}`,
      ]),
      'kubectl --context kind-odfmo-hub apply -k FOLDER/overlay',
      ...['hub-controller', 'webhook'].map(
        (name) =>
          `kubectl --context kind-odfmo-hub -n odfmo-system rollout status deployment/odfmo-${name} --timeout=300s`,
      ),
    ])
  })

  it('uses a kubeconfig of its own, that nobody else can read, and leaves the home of who runs it alone', async () => {
    const { calls, out } = await up()
    const others = calls.filter(
      (call) =>
        /^(kubectl|clusteradm|kind (create|export|delete)) /.test(call) &&
        !/ version\b/.test(call) &&
        !call.includes(`--kubeconfig ${machine.folder}/kubeconfig`),
    )
    expect(others).toEqual([])
    expect(readdirSync(machine.home)).toEqual([])
    expect(statSync(machine.folder).mode & 0o077).toBe(0)
    expect(out).not.toContain('s3cr3t')
  })

  it.skipIf(!hasKubectl)(
    'names its images where deploy/ expects them (skipped without kubectl)',
    async () => {
      await up()
      const objects = await rendered(path.join(machine.folder, 'overlay'))
      const text = JSON.stringify(objects)
      for (const image of images) expect(text).toMatch(new RegExp(`"${image}:\\d+"`))
      expect(text).not.toContain('example.com/')
    },
  )

  it('makes nothing twice: again it loads and applies, with the same images', async () => {
    await up()
    const overlay = path.join(machine.folder, 'overlay/kustomization.yaml')
    const before = [machine.clusters(), new Set(machine.images()), readFileSync(overlay, 'utf8')]
    const again = changesOf(await up())
    expect(again.filter((call) => /create|init|join|accept|get token/.test(call))).toEqual([])
    expect(again).toContain('kubectl --context kind-odfmo-hub apply -k FOLDER/overlay')
    expect([machine.clusters(), new Set(machine.images()), readFileSync(overlay, 'utf8')]).toEqual(before)
  })

  it('gives other images another tag, so that they are rolled out', async () => {
    await up()
    const overlay = path.join(machine.folder, 'overlay/kustomization.yaml')
    const before = readFileSync(overlay, 'utf8')
    machine.changeSources()
    await up()
    expect(readFileSync(overlay, 'utf8')).not.toBe(before)
  })

  it.each([
    ['the second cluster', /^kind create cluster --name odfmo-cluster1/, 'cluster odfmo-cluster1'],
    ['the hub’s OCM', /^clusteradm init/, 'Open Cluster Management on the hub'],
    ['the token', /^clusteradm get token/, 'cluster1 joins the hub'],
    ['a registration', /^clusteradm join .*cluster2/, 'cluster2 joins the hub'],
    ['the acceptance', /^kubectl .* wait managedcluster/, 'the hub accepts its spokes'],
    ['the build', /^npm run --silent images/, 'images of the services'],
    ['an archive', /^docker save/, 'images into the clusters'],
    ['the roll-out', /^kubectl .* rollout status deployment\/odfmo-webhook/, 'odfmo on the hub'],
  ])('says once where it stopped when %s fails, and goes on from there', async (_what, call, step) => {
    machine.failAt(call)
    const failed = await machine.run('up')
    expect(failed.code).toBe(1)
    expect(failed.errors.match(/fleet\.sh: this failed: .*/g)).toEqual([`fleet.sh: this failed: ${step}`])
    expect(failed.errors).toContain('no space left on device')
    expect(failed.errors).toMatch(/up' goes on from here; '.*down' takes away what is there/)
    expect(failed.errors).not.toContain('s3cr3t')

    const made = machine.clusters()
    machine.failAt()
    const created = (await up()).calls.flatMap(
      (one) => /^kind create cluster --name (\S+)/.exec(one)?.[1] ?? [],
    )
    expect(created.filter((name) => made.includes(name))).toEqual([])
    expect(machine.clusters()).toEqual(['odfmo-hub', 'odfmo-cluster1', 'odfmo-cluster2'])
  })

  it('says all that is missing before it changes anything', async () => {
    machine.uninstall('kind')
    machine.uninstall('clusteradm')
    const { code, errors, calls } = await machine.run('up')
    expect(code).toBe(1)
    expect(errors).toContain('fleet.sh: not on PATH: kind clusteradm\n')
    expect(calls).toEqual([])
    expect(existsSync(machine.folder)).toBe(false)
  })

  it('says which version is too old', async () => {
    machine.useKind('0.23.9')
    const { code, errors } = await machine.run('up')
    expect(code).toBe(1)
    expect(errors).toContain('kind 0.23.9 is too old\n  0.24.0 or a newer one is needed.')
    machine.useKind('0.24.0')
    await up()
  })

  it('takes podman where docker does not work, and says so to kind', async () => {
    machine.engineWorks('docker', false)
    machine.engineWorks('podman', true)
    expect((await up()).calls.filter((call) => /^docker (?!info)/.test(call))).toEqual([])
  })

  it('needs an engine that works', async () => {
    machine.engineWorks('docker', false)
    const { code, errors } = await machine.run('up')
    expect(code).toBe(1)
    expect(errors).toContain('neither docker nor podman can be used here')
    expect(machine.clusters()).toEqual([])
  })

  it('touches no cluster of the same name that somebody else has made', async () => {
    machine.addCluster('odfmo-cluster2')
    const { code, errors } = await machine.run('up')
    expect(code).toBe(1)
    expect(errors).toContain('there is a kind cluster odfmo-cluster2 that this script did not make')
    expect((await machine.run('down')).code).toBe(0)
    expect(machine.clusters()).toEqual(['odfmo-cluster2'])
  })
})

describe('fleet.sh down', () => {
  it('removes what up has made, and nothing else', async () => {
    machine.addCluster('theirs')
    await up()
    machine.changeSources()
    await up()
    expect(machine.images()).not.toEqual([])
    const { code, errors } = await machine.run('down')
    expect([code, errors]).toEqual([0, ''])
    expect(machine.clusters()).toEqual(['theirs'])
    expect(machine.images()).toEqual([])
    expect(existsSync(machine.folder)).toBe(false)
  })

  it('removes what was left half way', async () => {
    machine.failAt(/^npm run --silent images/)
    expect((await machine.run('up')).code).toBe(1)
    machine.failAt()
    expect((await machine.run('down')).code).toBe(0)
    expect(machine.clusters()).toEqual([])
    expect(existsSync(machine.folder)).toBe(false)
  })

  it('asks the engine that up has used, whichever else works by then', async () => {
    machine.engineWorks('docker', false)
    machine.engineWorks('podman', true)
    await up()
    machine.engineWorks('docker', true)
    machine.failAt(/^kind delete cluster --name odfmo-cluster1/)
    const runs = [await machine.run('down')]
    machine.failAt()
    runs.push(await up(), await machine.run('down'))
    expect(runs.map(({ code }) => code)).toEqual([1, 0, 0])
    expect(runs.flatMap(({ calls }) => calls.filter((call) => call.startsWith('docker ')))).toEqual([])
    expect(machine.images()).toEqual([])
  })

  it('removes nothing while the engine that has it does not work, and names it', async () => {
    machine.engineWorks('podman', true)
    await up()
    machine.engineWorks('docker', false)
    const { code, errors } = await machine.run('down')
    expect(code).toBe(1)
    expect(errors).toContain(
      "docker, by which this fleet was made, cannot be used now\n  'docker info' says why.",
    )
    expect(machine.clusters()).toHaveLength(3)
  })

  it('has nothing to do where there is nothing, and asks nobody', async () => {
    const { code, out, calls } = await machine.run('down')
    expect([code, calls]).toEqual([0, []])
    expect(out).toContain('There is nothing that this script made')
  })

  it('goes on behind what cannot be removed, names it, and keeps it for the next time', async () => {
    await up()
    machine.failAt(/^kind delete cluster --name odfmo-cluster1/)
    const { code, errors } = await machine.run('down')
    expect(code).toBe(1)
    expect(errors).toContain('this could not be removed: cluster odfmo-cluster1\n')
    expect(machine.clusters()).toEqual(['odfmo-cluster1'])
    machine.failAt()
    expect((await machine.run('down')).code).toBe(0)
    expect(machine.clusters()).toEqual([])
    expect(existsSync(machine.folder)).toBe(false)
  })
})

describe('fleet.sh test and play', () => {
  const scenarios = (run: ScriptRun): readonly string[] =>
    run.calls.filter((call) => / scenarios /.test(call))

  it.each([
    ['test', ''],
    ['play', ' --stay'],
  ])('%s plays storage and Ramen on the fleet that is up', async (verb, more) => {
    await up()
    const run = await machine.run(verb)
    expect(run.code).toBe(0)
    expect(scenarios(run)).toEqual([
      `npm run --silent scenarios -- --kubeconfig ${machine.folder}/kubeconfig --context hub=kind-odfmo-hub,cluster1=kind-odfmo-cluster1,cluster2=kind-odfmo-cluster2 --namespace odfmo-system --play ramen,storage${more}`,
    ])
  })

  it('needs a fleet', async () => {
    const run = await machine.run('test')
    expect([run.code, scenarios(run)]).toEqual([1, []])
    expect(run.errors).toMatch(/there is no fleet: .*\n {2}Bring it up first: .*fleet\.sh up/)
  })

  it.each([[[]], [['destroy']], [['up', 'down']]])(
    '%j is a wrong call: exit 2, and nobody is asked',
    async (args) => {
      const { code, errors, calls } = await machine.run(...args)
      expect([code, calls]).toEqual([2, []])
      expect(errors).toContain('one of up, test, play, down is expected')
    },
  )
})
